/** GTINs: article numbers of 8, 12, 13 or 14 digits whose last digit checks the others. Pure, so that pages use it too. */

/**
 * The check digit for the digits before it (GS1 General Specifications, 7.9): weights 3 and 1 by turns from the right,
 * and what is missing to the next ten.
 */
export function checkDigit(digits: string): number {
  let sum = 0
  for (let at = 0; at < digits.length; at++) sum += Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 3 : 1)
  return (10 - (sum % 10)) % 10
}

const lengths = [8, 12, 13, 14]

export interface GtinFault {
  reason: string
  remedy: string
}

/** Why something is no GTIN and what to do, or undefined where it is one. */
export function gtinFault(gtin: string): GtinFault | undefined {
  if (/^\d(\.\d+)?E\+?\d+$/i.test(gtin.replace(',', '.')))
    return {
      reason: `is ${gtin}: a spreadsheet has shortened the number`,
      remedy: 'Format that column as text, enter the number again, and export once more.',
    }
  if (!/^\d+$/.test(gtin))
    return { reason: `is ${gtin}, which is not made of digits alone`, remedy: 'Write the digits below the bar code.' }
  if (!lengths.includes(gtin.length))
    return {
      reason: `has ${gtin.length} digits; a GTIN has 8, 12, 13 or 14`,
      remedy: [7, 11].includes(gtin.length)
        ? 'Put the leading zero back that a spreadsheet drops: format that column as text.'
        : 'Write all the digits below the bar code, without spaces.',
    }
  const right = checkDigit(gtin.slice(0, -1))
  if (right === Number(gtin.at(-1))) return undefined
  return {
    reason: `is ${gtin}, whose last digit should be ${right}: one of its digits is wrong`,
    remedy: `Compare it with the bar code; ${gtin.slice(0, -1)}${right} would be a valid number.`,
  }
}

/** One form for all lengths, to compare by: filled with zeros to 14 digits (GS1 General Specifications, 7.2). */
export const gtin14 = (gtin: string): string => gtin.padStart(14, '0')
