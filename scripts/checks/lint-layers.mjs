/**
 * The layers of the design as lint rules. eslint.config.js says where each applies; test/lint/layers.test.ts proves each on a bad
 * snippet. Each rule is a list of selectors (https://eslint.org/docs/latest/extend/selectors) with the reason for refusing what they match.
 */

/** @typedef {[selector: string, message: string]} Refusal */

/** @param {Refusal[]} refusals @returns {import('eslint').Rule.RuleModule} */
function refuse(refusals) {
  return {
    meta: { type: 'problem', schema: [] },
    create: (context) =>
      Object.fromEntries(
        refusals.map(([selector, message]) => [selector, (node) => context.report({ node, message })]),
      ),
  };
}

const ASTERISK =
  'This is a word of Asterisk: it stays inside ami-bridge and pbx. Outside say call, leg, party, agent, queue.';
/** Names of AMI events and actions that cannot be mistaken for words of ours. */
const AMI_NAMES = [
  'Newchannel|Newstate|Newexten|NewCallerid|NewConnectedLine|VarSet|Hangup|HangupRequest|SoftHangupRequest|LocalBridge|LocalOptimization\\w+',
  'BridgeCreate|BridgeDestroy|BridgeEnter|BridgeLeave|BridgeMerge|DialBegin|DialEnd|DialState|OriginateResponse|MusicOnHold\\w*',
  'QueueCaller(Join|Leave|Abandon)|QueueMember\\w*|Agent(Called|Connect|Complete|Dump|RingNoAnswer)|QueueStatus|QueuePause|QueueAdd|QueueRemove',
  'ContactStatus\\w*|DeviceStateChange|PeerStatus|FullyBooted|CoreShowChannels?|CoreStatus|AttendedTransfer|BlindTransfer|UserEvent|ActionID',
].join('|');
/** Ids and fields are caught in whatever case; names of events only as Asterisk writes them: `hangUp` is a word of ours. */
const ASTERISK_FIELD =
  '/^(\\w*(uniqueid|linkedid)\\w*|(channel|bridge)(uniqueid|technology)|channel(id|name|state)|stateInterface|memberInterface)$/i';

export const asteriskWords = refuse([
  [`Identifier[name=${ASTERISK_FIELD}]`, ASTERISK],
  [`Identifier[name=/^(${AMI_NAMES})$/]`, ASTERISK],
  ['Property[key.name="interface"]', ASTERISK],
  ['TSPropertySignature[key.name="interface"]', ASTERISK],
  [`Literal[value=/^(Uniqueid|Linkedid|${AMI_NAMES})$/]`, ASTERISK],
  ['Literal[value=/\\b(PJSIP|IAX2|DAHDI|Local)\\x2F/]', ASTERISK],
  ['TemplateElement[value.raw=/\\b(PJSIP|IAX2|DAHDI|Local)\\x2F/]', ASTERISK],
  ['ImportDeclaration[source.value="asterisk-manager"]', 'AMI is spoken by ami-bridge alone.'],
]);

const SQL = 'SQL is written in db alone: add a query to db/src/queries.';
export const sqlInDb = refuse([
  ['TaggedTemplateExpression[tag.name="sql"]', SQL],
  ['TaggedTemplateExpression[tag.property.name="sql"]', SQL],
  ['ImportDeclaration[source.value=/^(drizzle-orm|postgres|pg)(\\x2F|$)/]', SQL],
  ['Literal[value=/^\\s*(select\\s.+\\sfrom|insert\\s+into|delete\\s+from|update\\s+\\w+\\s+set)\\s/i]', SQL],
  [
    'TemplateElement[value.raw=/^\\s*(select\\s.+\\sfrom|insert\\s+into|delete\\s+from|update\\s+\\w+\\s+set)\\s/i]',
    SQL,
  ],
]);

const EMIT = 'Screens are told in one place of the server: publish through it.';
export const emitInOnePlace = refuse([
  ['CallExpression[callee.property.name=/^(emit|emitWithAck|serverSideEmit)$/]', EMIT],
]);

const CLOCK = 'This folder is pure: the time comes in with the fact or the command.';
const EFFECT = 'This folder is pure: no waiting, no log, no input, no output.';
export const pure = refuse([
  ['CallExpression[callee.object.name="Date"][callee.property.name="now"]', CLOCK],
  ['NewExpression[callee.name="Date"][arguments.length=0]', CLOCK],
  ['CallExpression[callee.name="Date"]', CLOCK],
  ['MemberExpression[object.name="performance"]', CLOCK],
  ['CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate|queueMicrotask)$/]', CLOCK],
  [
    'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
    'This folder is pure: chance comes in as a parameter.',
  ],
  ['AwaitExpression', EFFECT],
  [':function[async=true]', EFFECT],
  ['CallExpression[callee.name="fetch"]', EFFECT],
  ['MemberExpression[object.name=/^(console|process|log|logger)$/]', EFFECT],
  ['ImportDeclaration[importKind!="type"][source.value=/^(node:(?!assert)|pino|fastify|socket\\.io)/]', EFFECT],
]);

/** @param {string} allowed the only imports of ours, as a regular expression @param {string} message */
const ownImports = (allowed, message) =>
  refuse(
    ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'].flatMap((node) => [
      /** @type {Refusal} */ ([`${node}[source.value=/^@headset\\x2F(?!${allowed})/]`, message]),
      /** @type {Refusal} */ ([
        `${node}[source.value=/^(\\.\\.\\x2F)+(ami-bridge|db|server|agent-ui|scripts|test)\\x2F/]`,
        message,
      ]),
    ]),
  );
export const importsNothingOfOurs = ownImports('(?!)', 'ami-bridge and db import nothing of ours.');
export const serverImports = ownImports(
  '(db|ami-bridge)(\\x2F|$)',
  'The server imports db and the vocabulary of ami-bridge, nothing else of ours.',
);
export const screenImports = ownImports(
  '(server\\x2Fcontract|ami-bridge\\x2Fivr)(\\x2F|$)',
  'The screen imports the contract of the server and the IVR of the bridge, nothing else of ours.',
);
export const contractImports = refuse([
  [
    'ImportDeclaration[source.value=/^(node:|\\.\\.)/]',
    'The contract is shared with the browser: it imports zod, libphonenumber-js and itself.',
  ],
]);

const SLEEP = 'Tests wait for conditions (test/until.ts, vi.waitFor), never for time.';
export const noSleep = refuse([
  ['NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]', SLEEP],
  ['ImportDeclaration[source.value=/^(node:)?timers\\x2Fpromises$/]', SLEEP],
  ['CallExpression[callee.property.name="waitForTimeout"]', SLEEP],
]);

/** @type {import('eslint').Rule.RuleModule} */
export const namesSayWhat = {
  meta: { type: 'problem', schema: [] },
  create: (context) => ({
    Program: (node) => {
      if (/(^|[/.-])(utils?|helpers?|common|misc)([/.-]|$)/i.test(context.filename.replace(context.cwd, '')))
        context.report({ node, message: 'A file is named after what it holds: not utils, helpers or common.' });
    },
  }),
};

export const layers = {
  rules: {
    'asterisk-words': asteriskWords,
    'sql-in-db': sqlInDb,
    'emit-in-one-place': emitInOnePlace,
    pure,
    'imports-nothing-of-ours': importsNothingOfOurs,
    'server-imports': serverImports,
    'screen-imports': screenImports,
    'contract-imports': contractImports,
    'no-sleep': noSleep,
    'names-say-what': namesSayWhat,
  },
};
