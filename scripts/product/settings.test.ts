import { describe, expect, it } from 'vitest';
import { instance } from '../instance.ts';
import { readSettings } from './settings.ts';

const main = instance('main');

describe('the settings of a start', () => {
  it('are the whole product on this machine when nothing is set', () => {
    expect(readSettings(main, {})).toEqual({
      host: '127.0.0.1',
      port: main.ports.server,
      databaseUrl: null,
      pbx: { mode: 'own' },
    });
  });

  it('use an existing Postgres and an existing Asterisk', () => {
    const settings = readSettings(main, {
      DATABASE_URL: 'postgres://u:p@db/headset',
      AMI_HOST: 'pbx.example',
      AMI_USER: 'headset',
      AMI_SECRET: 's',
      PBX_RECORD_DIR: '/var/log/asterisk/cel-custom',
    });
    expect(settings.databaseUrl).toBe('postgres://u:p@db/headset');
    expect(settings.pbx).toEqual({
      mode: 'existing',
      host: 'pbx.example',
      port: 5038,
      user: 'headset',
      secret: 's',
      webSocketUrl: 'ws://pbx.example:8088/ws',
      sipDomain: 'pbx.example',
      recordDir: '/var/log/asterisk/cel-custom',
      dialContext: 'from-internal',
    });
  });

  it('take an empty variable for one that is not set', () => {
    expect(readSettings(main, { DATABASE_URL: '', AMI_HOST: '', PORT: '' })).toEqual(readSettings(main, {}));
  });

  it.each([
    [{ PORT: 'high' }, /PORT:/],
    [{ PORT: '70000' }, /PORT:/],
    [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL:/],
    [{ AMI_HOST: 'pbx.example', AMI_SECRET: 's' }, /AMI_USER: is needed when AMI_HOST is set/],
    [{ AMI_HOST: 'pbx.example', AMI_USER: 'u' }, /AMI_SECRET: is needed/],
  ])('name the variable that is wrong: %o', (environment, message) => {
    expect(() => readSettings(main, environment)).toThrow(message);
  });
});
