import type { MacroValues } from './fill-macros'

/** A click as it may come, to show what becomes of a destination. */
export const sampleClick: MacroValues = {
  click_id: 'clk_01k4x9w2c7e8r9t3v5y6zabcde',
  campaign_id: 'cmp_01k4x9w2c7e8r9t3v5y6zabcdf',
  affiliate_id: 'aff_01k4x9w2c7e8r9t3v5y6zabcdg',
  affiliate_ref: 'running-blog',
  link_id: 'lnk_01k4x9w2c7e8r9t3v5y6zabcdh',
  source: 'newsletter',
  creative: 'hero',
  keyword: 'running shoes',
  placement: 'footer',
  country: 'DE',
  sub1: 'spring',
}
