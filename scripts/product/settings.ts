/** What the environment may say about a start. Everything has a default: the whole product on this machine. */
import { z } from 'zod';
import type { Instance } from '../instance.ts';
import { Trouble } from '../trouble.ts';

const port = z.coerce.number().int().min(1).max(65_535);

const environmentSchema = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: port.optional(),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    AMI_HOST: z.string().min(1).optional(),
    AMI_PORT: port.default(5038),
    AMI_USER: z.string().min(1).optional(),
    AMI_SECRET: z.string().min(1).optional(),
    PBX_WEBSOCKET_URL: z.url({ protocol: /^wss?$/ }).optional(),
    SIP_DOMAIN: z.string().min(1).optional(),
    PBX_RECORD_DIR: z.string().min(1).optional(),
    PBX_DIAL_CONTEXT: z.string().min(1).optional(),
  })
  .check(({ value, issues }) => {
    for (const name of ['AMI_USER', 'AMI_SECRET'] as const) {
      if (value.AMI_HOST && !value[name]) {
        issues.push({ code: 'custom', input: value[name], path: [name], message: 'is needed when AMI_HOST is set' });
      }
    }
  });

/** Whose Asterisk: our own in Docker, or one that exists already. */
export type PbxSetting =
  | { mode: 'own' }
  | {
      mode: 'existing';
      host: string;
      port: number;
      user: string;
      secret: string;
      webSocketUrl: string;
      sipDomain: string;
      /** Folder with its cel.csv; undefined where no record of calls is read. */
      recordDir: string | undefined;
      /** What agents' phones may dial: FreePBX's name, unless said otherwise. */
      dialContext: string;
    };

export type Settings = {
  host: string;
  port: number;
  /** null: the embedded Postgres. */
  databaseUrl: string | null;
  pbx: PbxSetting;
};

/** Reads the environment for this instance. Throws a Trouble that names each variable that is wrong. */
export function readSettings(instance: Instance, environment: NodeJS.ProcessEnv): Settings {
  // A variable that is set to nothing counts as not set, as in docker-compose files and CI.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Trouble(`The environment is not as it must be:\n${lines.join('\n')}`);
  }
  const { HOST, PORT, DATABASE_URL, AMI_HOST, AMI_PORT, AMI_USER = '', AMI_SECRET = '', ...telephony } = parsed.data;
  return {
    host: HOST,
    port: PORT ?? instance.ports.server,
    databaseUrl: DATABASE_URL ?? null,
    pbx:
      AMI_HOST === undefined
        ? { mode: 'own' }
        : {
            mode: 'existing',
            host: AMI_HOST,
            port: AMI_PORT,
            user: AMI_USER,
            secret: AMI_SECRET,
            webSocketUrl: telephony.PBX_WEBSOCKET_URL ?? `ws://${AMI_HOST}:8088/ws`,
            sipDomain: telephony.SIP_DOMAIN ?? AMI_HOST,
            recordDir: telephony.PBX_RECORD_DIR,
            dialContext: telephony.PBX_DIAL_CONTEXT ?? 'from-internal',
          },
  };
}
