/** The bridge's environment, checked at the start: whoever set something wrong reads which and why. */
import { z } from 'zod';

const optional = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

const environmentSchema = z.object({
  PBX_ID: z.string().regex(/^[a-z0-9]{1,32}$/, 'must be 1 to 32 of a-z and 0-9'),
  PBX_MODE: z.enum(['own', 'existing']).default('own'),
  AMI_HOST: z.string().min(1).default('127.0.0.1'),
  AMI_PORT: z.coerce.number().int().min(1).max(65_535).default(5038),
  AMI_USER: z.string().min(1),
  AMI_SECRET: z.string().min(1),
  SERVER_URL: z.url({ protocol: /^https?$/ }),
  BRIDGE_TOKEN: z.string().min(16, 'must have 16 characters or more'),
  BRIDGE_STATE_DIR: z.string().min(1),
  PBX_GENERATED_DIR: optional,
  PBX_RECORD_DIR: optional,
  PBX_DIAL_CONTEXT: optional.pipe(
    z
      .string()
      .regex(/^[\w-]{1,79}$/, 'must be the name of a context')
      .optional(),
  ),
  BRIDGE_PORT: z.coerce.number().int().min(0).max(65_535).default(3100),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type Config = {
  pbxId: string;
  /** own: phones and queues are ours to provision · existing: somebody else's PBX. */
  mode: 'own' | 'existing';
  ami: { host: string; port: number; user: string; secret: string };
  serverUrl: string;
  token: string;
  stateDir: string;
  /** The folder that the PBX watches. Without it nothing is provisioned. */
  generatedDir: string | undefined;
  /** The folder with the PBX's own record of calls, cel.csv. Without it calls that came and went in our absence are not told. */
  recordDir: string | undefined;
  /** The context in which click-to-call dials: what agents' own phones may dial. */
  dialContext: string;
  port: number;
  logLevel: string;
};

/** Throws an error that names each variable that is missing or wrong; never its value. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`The bridge cannot start with this environment:\n${wrong.join('\n')}`);
  }
  const { data } = parsed;
  return {
    pbxId: data.PBX_ID,
    mode: data.PBX_MODE,
    ami: { host: data.AMI_HOST, port: data.AMI_PORT, user: data.AMI_USER, secret: data.AMI_SECRET },
    serverUrl: data.SERVER_URL,
    token: data.BRIDGE_TOKEN,
    stateDir: data.BRIDGE_STATE_DIR,
    generatedDir: data.PBX_GENERATED_DIR,
    recordDir: data.PBX_RECORD_DIR,
    dialContext: data.PBX_DIAL_CONTEXT ?? (data.PBX_MODE === 'own' ? 'agents' : 'from-internal'),
    port: data.BRIDGE_PORT,
    logLevel: data.LOG_LEVEL,
  };
}
