/** The loudspeakers and headsets there are, kept up to date while somebody looks. Their names are known once the microphone is allowed. */
import { createSubscriber } from 'svelte/reactivity';

export type Output = { deviceId: string; label: string };

class Outputs {
  #list: readonly Output[] = [];
  readonly #subscribe = createSubscriber((update) => {
    const refresh = async (): Promise<void> => {
      const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
      this.#list = devices.filter(isChoosable).map(({ deviceId, label }) => ({ deviceId, label }));
      update();
    };
    const changed = (): void => void refresh();
    if (!('mediaDevices' in navigator)) return;
    changed();
    navigator.mediaDevices.addEventListener('devicechange', changed);
    return () => navigator.mediaDevices.removeEventListener('devicechange', changed);
  });

  get list(): readonly Output[] {
    this.#subscribe();
    return this.#list;
  }
}

/** `default` stands for the system's own choice, which the empty id means too. */
const isChoosable = ({ kind, deviceId, label }: MediaDeviceInfo): boolean =>
  kind === 'audiooutput' && deviceId !== '' && deviceId !== 'default' && label !== '';

export const outputs = new Outputs();
