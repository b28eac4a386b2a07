/**
 * A PostgreSQL of our own, from the npm package: for a machine that has nothing but Node. Loopback only, durable (fsync on).
 *
 * `startPostgres` may be called again and again on the same folder, whatever the last start came to: what a killed start left is
 * stopped first. A supervisor starts it anew when `onExit` tells that it died.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { chooseAccount } from './embedded/account.ts';
import { findBinaries } from './embedded/binaries.ts';
import { changePassword, clusterExists, createCluster, spawnOptions, type Cluster } from './embedded/cluster.ts';
import { clearLeftover, readPidFile, stopServer } from './embedded/leftover.ts';
import { explainStart, PostgresStartError } from './embedded/start-error.ts';

export { PostgresStartError, type StartFailure } from './embedded/start-error.ts';

export type EmbeddedPostgresOptions = {
  /** Made when it is not there. As root, every folder above it must be open to other accounts (0755). */
  dataDir: string;
  port: number;
  /** Of the role `headset`. May differ from the last start's. */
  password: string;
  /** Where copies of the programs are kept; default: beside the data folder. */
  binDir?: string;
  /** Without fsync, for tests: several times faster, and lost with the machine's power. */
  fast?: boolean;
};

export type EmbeddedPostgres = {
  /** Role and database `headset`. */
  url: string;
  pid: number;
  /** What the server prints. */
  logFile: string;
  /** Fast shutdown: open transactions are rolled back, what was committed is on disk. Resolves when the server is gone. */
  stop: () => Promise<void>;
  /** Ends it now; the next start recovers. */
  kill: () => void;
  /** Told once, when the server is gone, how: "exit code 0", "killed by SIGKILL". At once, if it is gone already. */
  onExit: (listener: (how: string) => void) => void;
};

const READY_DEADLINE_MS = 60_000;
/** Processes of a killed server need a moment to notice. */
const LEFTOVER_DEADLINE_MS = 15_000;
const LOG_MAX_BYTES = 10_000_000;

/** Throws PostgresStartError, whose message says what to do. */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  try {
    await makeReachable(path.dirname(dataDir));
    const binaries = await findBinaries(options.binDir ?? path.dirname(dataDir));
    const account = await chooseAccount(dataDir);
    const cluster: Cluster = { dataDir, binaries, account, password: options.password };
    await clearLeftover(dataDir);
    if (!(await clusterExists(dataDir))) await createCluster(cluster);
    const server = await launchPatiently(cluster, options);
    if (await passwordWorks(server.url)) return server;
    await server.stop();
    await changePassword(cluster);
    return await launchPatiently(cluster, options);
  } catch (error) {
    throw error instanceof PostgresStartError ? error : explainStart(String(error), `starting on ${dataDir}`);
  }
}

/** Folders that we make are open to the server's account whatever our umask is; those that are there are left alone. */
async function makeReachable(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined || process.getuid?.() !== 0) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await chmod(made, 0o755);
}

async function launchPatiently(cluster: Cluster, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const deadline = performance.now() + LEFTOVER_DEADLINE_MS;
  for (;;) {
    try {
      return await launch(cluster, options);
    } catch (error) {
      const mayPass = error instanceof PostgresStartError && error.failure === 'still_running';
      if (!mayPass || performance.now() > deadline) throw error;
      await delay(250);
    }
  }
}

async function launch(cluster: Cluster, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, binaries, account } = cluster;
  const logFile = `${dataDir}.log`;
  const log = await openLog(logFile);
  const child = spawn(binaries.postgres, ['-D', dataDir, ...settings(options)], {
    ...spawnOptions(account, dataDir),
    // A file, not a pipe: the server outlives us when we are killed. A group of its own: Ctrl-C is for the supervisor alone.
    stdio: ['ignore', log.file.fd, log.file.fd],
    detached: true,
  });
  const exit = exitOf(child);
  child.unref();
  await log.file.close();
  const { pid } = child;
  const words = async () => (await readFile(logFile)).subarray(log.size).toString('utf8');
  if (pid === undefined) throw explainStart((await exit.how) ?? '', `running ${binaries.postgres}`);

  const deadline = performance.now() + READY_DEADLINE_MS;
  for (;;) {
    const running = await readPidFile(dataDir);
    if (running?.pid === pid && running.ready) break;
    if (exit.ended()) throw explainStart(await words(), `starting on port ${options.port} and ${dataDir}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw explainStart(await words(), `waiting ${READY_DEADLINE_MS / 1000} s for ${dataDir}`);
    }
    await delay(10);
  }
  return {
    url: `postgres://headset:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/headset`,
    pid,
    logFile,
    stop: () => stopServer(pid, () => !exit.ended()),
    kill: () => void child.kill('SIGKILL'),
    onExit: (listener) => void exit.how.then(listener),
  };
}

function settings({ port, fast }: EmbeddedPostgresOptions): string[] {
  const wanted: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    timezone: 'UTC',
    lc_messages: 'C',
    // A dead client must not keep its locks for the system's two hours.
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    // Our statements are short: compiling them costs more than it saves.
    jit: 'off',
    // Statements hold personal data: they are not logged with errors.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    ...(fast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Appended to, and begun anew when it has grown large. */
async function openLog(file: string) {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size > LOG_MAX_BYTES) await truncate(file);
  return { file: await open(file, 'a', 0o600), size: size > LOG_MAX_BYTES ? 0 : size };
}

function exitOf(child: ChildProcess): { how: Promise<string>; ended: () => boolean } {
  let ended = false;
  const how = new Promise<string>((resolve) => {
    const settle = (text: string) => {
      ended = true;
      resolve(text);
    };
    child.once('error', (error) => settle(String(error)));
    child.once('exit', (code, signal) => settle(signal ? `killed by ${signal}` : `exit code ${code ?? 'unknown'}`));
  });
  return { how, ended: () => ended };
}

/** False only when the server refuses the password (SQLSTATE 28P01) or the role (28000). */
async function passwordWorks(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`select 1`;
    return true;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code.startsWith('28')) return false;
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
