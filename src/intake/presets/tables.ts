import type { Preset } from '../../kernel/vocabulary.js'
import type { PresetTable } from '../preset.js'
import { affise } from './affise.js'
import { bemob } from './bemob.js'
import { binom } from './binom.js'
import { canonical } from './canonical.js'
import { everflow } from './everflow.js'
import { impact } from './impact.js'
import { keitaro } from './keitaro.js'
import { redtrack } from './redtrack.js'
import { tune } from './tune.js'
import { voluum } from './voluum.js'

const tables: Readonly<Record<Preset, PresetTable>> = {
  canonical,
  voluum,
  keitaro,
  binom,
  redtrack,
  bemob,
  tune,
  everflow,
  affise,
  impact,
}

export const presetTable = (preset: Preset): PresetTable => tables[preset]
