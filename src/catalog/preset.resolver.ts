import { Ctx, Query, Resolver } from 'type-graphql'
import { conversionStatuses, presets } from '../kernel/vocabulary.js'
import type { CatalogContext } from './context.js'
import { PresetType } from './preset.type.js'

@Resolver()
export class PresetResolver {
  @Query(() => [PresetType], { description: 'All presets that an advertiser may have.' })
  presets(@Ctx() { presetWords }: CatalogContext): PresetType[] {
    return presets.map((name) => {
      const { names, statuses, postbackParameters } = presetWords(name)
      const words = [...statuses]
      return {
        name,
        parameters: Object.entries(names).map(([parameter, sent]) => ({ parameter, names: sent })),
        statuses: conversionStatuses.map((wanted) => ({
          status: wanted,
          words: words.filter(([, status]) => status === wanted).map(([word]) => word),
        })),
        postbackParameters,
      }
    })
  }
}
