/** Files as the European Central Bank writes them, with the rates of a few currencies. */
export type SheetDays = readonly (readonly [day: string, rates: Readonly<Record<string, string>>])[]

export function xmlSheet(days: SheetDays): string {
  const cubes = days.map(([day, rates]) => {
    const lines = Object.entries(rates).map(([code, rate]) => `\t\t\t<Cube currency='${code}' rate='${rate}'/>`)
    return `\t\t<Cube time='${day}'>\n${lines.join('\n')}\n\t\t</Cube>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
${cubes.join('\n')}
\t</Cube>
</gesmes:Envelope>`
}

/** A Thursday and a Friday, the newer first, as the bank has them. */
export const twoDays: SheetDays = [
  ['2026-11-20', { USD: '1.0567', JPY: '163.05', IDR: '16836.15', GBP: '0.83605' }],
  ['2026-11-19', { USD: '1.0562', JPY: '163.46', IDR: '16781.30', GBP: '0.83375' }],
]
