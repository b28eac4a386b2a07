/** `npm run doctor` at a PBX that is not ours, before and after what it says is pasted. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, disconnect } from '../../db/src/index.ts';
import { createDemoDatabase } from '../server-under-test.ts';
import { until } from '../until.ts';
import { checksOf, ExistingPbx, mendsOf } from './existing-pbx.ts';

let pbx: ExistingPbx;
let databaseUrl: string;

beforeAll(async () => {
  pbx = await ExistingPbx.start();
  databaseUrl = await createDemoDatabase();
  const db = connect(databaseUrl, { applicationName: 'headset-test' });
  await db.execute(sql`update agents set extension = case login when 'olga' then '5001' when 'pavel' then '5002' end`);
  await db.execute(sql`update queues set code = '400' where code = 'support'`);
  await disconnect(db);
});
afterEach(() => pbx.hangUpAll());
afterAll(() => pbx.stop());

describe('the doctor', () => {
  it('finds no gap where the snippets are pasted', async () => {
    const { code, findings } = await pbx.doctor('headset', databaseUrl);
    expect(findings.filter(({ level }) => level === 'gap')).toEqual([]);
    expect(code).toBe(0);
    const rights = ['login', 'write', 'read-system', 'read-call', 'read-agent'];
    const rest = ['timestamps', 'channelvars', 'event-filter', 'clock', 'members', 'agents', 'record', 'phones'];
    expect(checksOf(findings, 'fine')).toEqual(expect.arrayContaining([...rights, ...rest]));
    // Queue 401 of that PBX is none of ours.
    expect(checksOf(findings, 'warning')).toEqual(['queue-codes']);
  });

  it('takes a user who may only see for read-only, and hears what it may see while a call runs', async () => {
    const examined = pbx.doctor('headset-readonly', databaseUrl, { args: ['--listen', '20'] });
    // The console cuts names.
    const listens = async () => (await pbx.console('manager show connected')).includes('headset-reado');
    await until('the doctor to listen', listens);
    await pbx.callIn();
    await pbx.phone.rings();
    const { code, findings } = await examined;
    expect(checksOf(findings, 'gap')).toEqual([]);
    expect(findings.find(({ check }) => check === 'write')?.says).toMatch(/^Read-only/);
    expect(checksOf(findings, 'fine')).toEqual(expect.arrayContaining(['read-call', 'read-agent', 'channelvars']));
    expect(code).toBe(0);
  });

  it('names a hint on which a member hangs and which is gone', async () => {
    await pbx.console('dialplan remove extension 5002@ext-local');
    const { findings } = await pbx.doctor('headset', databaseUrl);
    await pbx.console('dialplan reload');
    expect(checksOf(findings, 'gap')).toEqual(['hints']);
  });

  it('says so when nobody listens, and when the login is refused', async () => {
    const refused = await pbx.doctor('nobody', databaseUrl);
    expect(checksOf(refused.findings, 'gap')).toEqual(['login']);
    expect(refused.code).toBe(1);
    const elsewhere = await pbx.doctor('headset', databaseUrl, { env: { AMI_PORT: '1' } });
    expect(checksOf(elsewhere.findings, 'gap')).toEqual(['reachable']);
  });

  it('names what a PBX lacks where nothing is pasted, and the paste mends it', async () => {
    const user = `[bare]\nsecret = ${pbx.secret}\nread = dtmf\nwrite = originate,command\n`;
    await pbx.write('manager_custom.conf', user, 'manager reload');
    await pbx.write('cel_general_custom.conf', '', 'module reload cel');
    const bare = await pbx.doctor('bare', databaseUrl);
    expect(bare.code).toBe(1);
    const rights = ['write-call', 'write-agent', 'write-reporting', 'read-system', 'read-call'];
    expect(new Set(checksOf(bare.findings, 'gap'))).toEqual(new Set([...rights, 'record']));
    expect(checksOf(bare.findings, 'warning')).toEqual(expect.arrayContaining(['write-too-much', 'read-agent']));

    const mends = mendsOf(bare.findings);
    expect(mends.map(({ snippet }) => snippet).toSorted()).toEqual(['cel_general_custom.conf', 'manager_custom.conf']);
    for (const mend of mends) await pbx.paste(mend);
    const mended = await pbx.doctor('headset', databaseUrl);
    expect(checksOf(mended.findings, 'gap')).toEqual([]);
  });

  it('names times and variables that events do not carry', async () => {
    const rights = 'read = system,call,agent\nwrite = call,agent,originate,reporting\n';
    // Lines that are gone keep their effect until a restart: these say it.
    const general = '[general](+)\ntimestampevents = no\nchannelvars =\n';
    await pbx.write('manager_custom.conf', `${general}[bare]\nsecret = ${pbx.secret}\n${rights}`, 'manager reload');
    const { findings } = await pbx.doctor('bare', databaseUrl);
    expect(checksOf(findings, 'gap')).toEqual(['timestamps', 'channelvars']);
    for (const mend of mendsOf(findings)) await pbx.paste(mend);
    expect(checksOf((await pbx.doctor('headset', databaseUrl)).findings, 'gap')).toEqual([]);
  });
});
