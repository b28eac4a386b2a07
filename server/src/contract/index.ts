export * from './errors.ts';
export * from './paging.ts';
export * from './session.ts';
export * from './calls.ts';
export * from './clients.ts';
export * from './desk.ts';
export * from './directory.ts';
export * from './phone-number.ts';
