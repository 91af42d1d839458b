/** What somebody wrote into a field of a form, without blanks around it. */
export const textOf = (form: FormData, field: string): string => {
  const value = form.get(field)
  return typeof value === 'string' ? value.trim() : ''
}
