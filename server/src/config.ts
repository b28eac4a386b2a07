/** The server's environment, read once. What is wrong is named, and the process does not start. */
import { z } from 'zod';

const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** The secret that bridges show. */
  BRIDGE_TOKEN: z.string().min(16),
  /** What the phones in the pages connect to. */
  PBX_WEBSOCKET_URL: z.url({ protocol: /^wss?$/ }),
  SIP_DOMAIN: z.string().regex(/^[A-Za-z0-9.:[\]-]+$/),
  /** The built screen. */
  UI_DIR: z.string().min(1),
  /** Asks the demo carrier for a call; {from} and {to} are filled in. Absent: no demo. */
  DEMO_CALL_URL: z
    .url()
    .refine((url) => url.includes('{from}') && url.includes('{to}'), 'must contain {from} and {to}')
    .optional(),
  DEMO_LOGINS: z.enum(['true', 'false']).default('false'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type Config = {
  databaseUrl: string;
  host: string;
  port: number;
  bridgeToken: string;
  pbxWebSocketUrl: string;
  sipDomain: string;
  uiDir: string;
  demoCallUrl: string | null;
  /** Show the demo's logins before login. Only ever while nobody else can connect. */
  demoLogins: boolean;
  /** Cookies travel over HTTPS alone. On loopback there is none. */
  secureCookies: boolean;
  logLevel: string;
};

export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = environmentSchema.safeParse(emptyAsAbsent(environment));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n');
    throw new Error(`The server's environment is wrong:\n${wrong}`);
  }
  const { data } = parsed;
  const onLoopback = isLoopback(data.HOST);
  return {
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    port: data.PORT,
    bridgeToken: data.BRIDGE_TOKEN,
    pbxWebSocketUrl: data.PBX_WEBSOCKET_URL,
    sipDomain: data.SIP_DOMAIN,
    uiDir: data.UI_DIR,
    demoCallUrl: data.DEMO_CALL_URL ?? null,
    demoLogins: data.DEMO_LOGINS === 'true' && onLoopback,
    secureCookies: !onLoopback,
    logLevel: data.LOG_LEVEL,
  };
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^(::ffff:)?127\./.test(host);

const emptyAsAbsent = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
