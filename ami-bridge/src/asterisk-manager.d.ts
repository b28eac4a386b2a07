/** Types of asterisk-manager 0.2.0, as read in its source: the package brings none. */
declare module 'asterisk-manager' {
  /**
   * A frame as the library gives it: keys in lower case. A header that came twice is an array; `variable` and `chanvariable` are
   * objects (so a VarSet's value stands in `value`).
   */
  export type Frame = Record<string, string | string[] | Record<string, string>>;

  type Callback = (error: Frame | null | undefined, response?: Frame) => void;

  interface Manager {
    on(name: 'managerevent' | 'asterisk', listener: (frame: Frame) => void): void;
    on(name: 'close' | 'end', listener: () => void): void;
    on(name: 'error', listener: (error: NodeJS.ErrnoException) => void): void;
    removeListener(name: string, listener: (...args: never[]) => void): void;
    removeAllListeners(name?: string): void;
    /** Opens the socket once more; `callback` is called when TCP stands. */
    connect(port: number, host: string, callback: () => void): void;
    /** Sends Login with the constructor's name and secret. */
    login(callback: Callback): void;
    /** Writes the action at once after a login, and holds it for ever before: see `connection.ts`. Returns the ActionID. */
    action(action: Record<string, unknown>, callback: Callback): string;
  }

  /** With a null port nothing is connected until `connect` is called. */
  const AsteriskManager: new (port: null, host: string, username: string, password: string, events: boolean) => Manager;
  export type AsteriskManager = Manager;
  export default AsteriskManager;
}
