/**
 * The AMI actions that the bridge may send, and the guard in front of them. AMI has no quoting: a line break in a value is a new
 * header or a whole new action, so a value that could be one is refused, never repaired.
 */

/** Every action that this program sends, with the headers it may carry. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Ping: [],
  Events: ['EventMask'],
  CoreSettings: [],
  CoreStatus: [],
  CoreShowChannels: [],
  QueueStatus: ['Queue'],
  DeviceStateList: [],
  ListCommands: [],
  ExtensionState: ['Exten', 'Context'],
  Getvar: ['Variable'],
  Originate: [
    'Channel',
    'ChannelId',
    'Context',
    'Exten',
    'Priority',
    'CallerID',
    'Timeout',
    'Async',
    'Variable',
    'Codecs',
  ],
  Hangup: ['Channel', 'Cause'],
  QueueAdd: ['Queue', 'Interface', 'MemberName', 'Penalty', 'Paused', 'StateInterface'],
  QueueRemove: ['Queue', 'Interface'],
  QueuePause: ['Queue', 'Interface', 'Paused', 'Reason'],
  QueuePenalty: ['Queue', 'Interface', 'Penalty'],
};

/** `{Action: 'Ping'}`, with values as text. `Variable` of Originate is an object of names and values. */
export type Action = { Action: string; Variable?: string | Readonly<Record<string, string>> } & Readonly<
  Record<string, string | Readonly<Record<string, string>>>
>;

/** Asterisk cuts AMI lines at 1,024 characters; nothing that we send comes near. */
const LONGEST_VALUE = 512;
/** C0 controls with CR, LF and NUL among them, and DEL. */
// eslint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;
const VARIABLE_NAME = /^_{0,2}[A-Za-z]\w*$/;
/** Within a variable these end the value or begin an expression of the dialplan. */
const VARIABLE_VALUE = /[,"'\\$`]/;
/** The two functions of the dialplan that Getvar may read. */
const READABLE = /^PJSIP_(ENDPOINT|AOR)\([\w-]{1,64},[a-z_]{1,32}\)$/;

/** An action that must not be sent; the message says which part, never its value. */
export class RefusedAction extends Error {}

/** Throws `RefusedAction` when the action, a header, a value or a variable is not of the kind that the bridge sends. */
export function assertAllowed(action: Action): void {
  const headers = ALLOWED[action.Action];
  if (headers === undefined) throw new RefusedAction('this action is not on the list');
  for (const [header, value] of Object.entries(action)) {
    if (header === 'Action') continue;
    if (!headers.includes(header)) throw new RefusedAction(`${action.Action} may not carry this header`);
    if (typeof value === 'string') assertValue(header, value);
    else assertVariables(action.Action, header, value);
  }
  if (action.Action === 'Getvar' && !(typeof action.Variable === 'string' && READABLE.test(action.Variable))) {
    throw new RefusedAction('Getvar may not read this');
  }
  // AMI's Hangup takes /regular expressions/: a whole channel name never begins with a slash.
  if (action.Action === 'Hangup' && !(typeof action.Channel === 'string' && /^\w/.test(action.Channel)))
    throw new RefusedAction('not a channel name');
}

function assertValue(header: string, value: string): void {
  if (value.length > LONGEST_VALUE) throw new RefusedAction(`${header} is too long`);
  if (CONTROL.test(value)) throw new RefusedAction(`${header} holds a control character`);
}

function assertVariables(action: string, header: string, variables: Readonly<Record<string, string>>): void {
  if (action !== 'Originate' || header !== 'Variable') throw new RefusedAction(`${header} must be text`);
  for (const [name, value] of Object.entries(variables)) {
    if (!VARIABLE_NAME.test(name)) throw new RefusedAction('a variable has a name that it may not have');
    assertValue('Variable', value);
    if (VARIABLE_VALUE.test(value)) throw new RefusedAction('a variable holds a character that it may not hold');
  }
}
