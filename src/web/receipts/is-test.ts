import type { ReceiptShownFragment } from '../generated/receipts/receipts'

type Told = Pick<ReceiptShownFragment, 'url' | 'body' | 'conversion'>

const flag = /[?&]test=(1|true)(&|$)/i
const jsonFlag = /"test"\s*:\s*(1|true|"1"|"true")\s*[,}]/i

/** Whether it stays out of figures: by its conversion, which may be a test for its click; else by what it says itself. */
export function isTest({ url, body, conversion }: Told): boolean {
  if (conversion !== null) return conversion.test
  return flag.test(url) || (body !== null && (jsonFlag.test(body) || flag.test(`?${body}`)))
}
