const frequency = 880
const loudness = 0.08
const seconds = 0.18

export interface Tone {
  play(): void
  close(): void
}

/** A short soft tone, made and not loaded. To be created when somebody presses a button: browsers are silent before. */
export function createTone(): Tone {
  const audio = new AudioContext()
  return {
    play() {
      const { currentTime: from, destination } = audio
      const gain = audio.createGain()
      gain.gain.setValueAtTime(loudness, from)
      // Down to silence, but an exponential never gets to nought.
      gain.gain.exponentialRampToValueAtTime(0.0001, from + seconds)
      gain.connect(destination)
      const oscillator = audio.createOscillator()
      oscillator.frequency.value = frequency
      oscillator.connect(gain)
      oscillator.start(from)
      oscillator.stop(from + seconds)
    },
    close: () => void audio.close(),
  }
}
