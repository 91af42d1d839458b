/** How a product of the catalogue stands on a sign. */
import type { Content, Drawn, Price, Product, ProductFace } from '../contract/index.ts'
import { personalText } from './personal.ts'

/** Prices as the people of the shop write them (Intl, CLDR). */
function money(amount: number, currency: string, locale: string | undefined): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount)
  } catch {
    // Three letters that are no currency: shown as they are, rather than nothing.
    return `${amount.toFixed(2)} ${currency}`
  }
}

const priceOf = ({ amount, currency, per, before }: Price, locale: string | undefined): Partial<ProductFace> => ({
  price: money(amount, currency, locale),
  ...(per === undefined || per === '' ? {} : { per }),
  // A «before» that is not above the price is no offer.
  ...(before === undefined || before <= amount ? {} : { before: money(before, currency, locale) }),
})

export function productFace({ name, brand, picture, price }: Product, locale: string | undefined): ProductFace {
  return {
    name,
    ...(brand === undefined ? {} : { brand }),
    ...(picture === undefined ? {} : { picture }),
    ...(price ? priceOf(price, locale) : {}),
  }
}

/**
 * A content with what the catalogue adds. Undefined where it names a product that is gone and has nothing else to say,
 * or whose name would show data of a person.
 */
export function drawContent(
  content: Content,
  product: (id: string) => Product | undefined,
  locale: string | undefined,
): Drawn | undefined {
  if (content.product === undefined) return content.layout === 'product' ? undefined : { content }
  const found = product(content.product)
  // A tile still tells where to go, and a sign with words of its own still says them; a price without a product is nothing.
  if (!found)
    return content.layout === 'product' || (content.title ?? content.slot) === undefined ? undefined : { content }
  const face = productFace(found, locale)
  if (Object.values(face).some((text) => personalText(text) !== undefined)) return undefined
  return { content, product: face }
}
