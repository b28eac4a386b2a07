import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const environment = {
  PBX_ID: 'main',
  AMI_USER: 'bridge',
  AMI_SECRET: 'secret-of-ami',
  SERVER_URL: 'http://127.0.0.1:3000',
  BRIDGE_TOKEN: '0123456789abcdef',
  BRIDGE_STATE_DIR: '/tmp/bridge',
};

describe("the bridge's environment", () => {
  it('needs few variables and knows the others', () => {
    expect(readConfig(environment)).toMatchObject({ mode: 'own', generatedDir: undefined, ami: { port: 5038 } });
  });

  it('names every variable that is wrong, and shows no value', () => {
    const wrong = {
      ...environment,
      AMI_PORT: '70000',
      SERVER_URL: 'postgres://user:password@host',
      BRIDGE_TOKEN: 'short',
    };
    let message = '';
    try {
      readConfig(wrong);
    } catch (error) {
      message = String(error);
    }
    for (const name of ['AMI_PORT', 'SERVER_URL', 'BRIDGE_TOKEN']) expect(message).toContain(name);
    expect(message).not.toMatch(/password|short|70000/);
  });
});
