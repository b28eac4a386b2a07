/** What bridge and server are told at start: the one place where a start's settings become their environment. */
import path from 'node:path';
import { demoCallUrl } from '../../pbx/carrier/carrier.ts';
import { databaseUrlOf } from './database.ts';
import type { Instance } from '../instance.ts';
import { screenOf } from './screen-build.ts';
import type { Secrets } from '../secrets.ts';
import type { Settings } from './settings.ts';

/** The demo's PBX; an installation with several has a bridge, and a name, for each. */
const PBX_ID = 'main';

export function bridgeEnvironment(
  { ports, stateDir }: Instance,
  { pbx, port }: Settings,
  secrets: Secrets,
): Record<string, string> {
  const common = {
    PBX_ID,
    PBX_MODE: pbx.mode,
    SERVER_URL: `http://127.0.0.1:${port}`,
    BRIDGE_TOKEN: secrets.bridgeToken,
    BRIDGE_STATE_DIR: path.join(stateDir, 'bridge'),
    BRIDGE_PORT: String(ports.bridge),
  };
  if (pbx.mode === 'existing') {
    return {
      ...common,
      AMI_HOST: pbx.host,
      AMI_PORT: String(pbx.port),
      AMI_USER: pbx.user,
      AMI_SECRET: pbx.secret,
      PBX_DIAL_CONTEXT: pbx.dialContext,
      ...(pbx.recordDir !== undefined && { PBX_RECORD_DIR: pbx.recordDir }),
    };
  }
  return {
    ...common,
    AMI_HOST: '127.0.0.1',
    AMI_PORT: String(ports.ami),
    AMI_USER: 'bridge',
    AMI_SECRET: secrets.amiSecret,
    PBX_GENERATED_DIR: path.join(stateDir, 'pbx/generated'),
    PBX_RECORD_DIR: path.join(stateDir, 'pbx/volume'),
  };
}

export function serverEnvironment(instance: Instance, settings: Settings, secrets: Secrets): Record<string, string> {
  const { pbx } = settings;
  const common = {
    DATABASE_URL: databaseUrlOf(instance, settings, secrets),
    HOST: settings.host,
    PORT: String(settings.port),
    BRIDGE_TOKEN: secrets.bridgeToken,
    UI_DIR: screenOf(instance),
    DEMO_LOGINS: 'true',
  };
  if (pbx.mode === 'existing') return { ...common, PBX_WEBSOCKET_URL: pbx.webSocketUrl, SIP_DOMAIN: pbx.sipDomain };
  return {
    ...common,
    PBX_WEBSOCKET_URL: `ws://127.0.0.1:${instance.ports.pbxWebSocket}/ws`,
    SIP_DOMAIN: '127.0.0.1',
    DEMO_CALL_URL: demoCallUrl(instance, secrets),
  };
}
