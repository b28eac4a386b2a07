/**
 * The operator's keys: Alt and a letter. Chromium keeps Ctrl with most letters (and Ctrl+Shift+A, M, N, T, W), Alt+D, Alt+E, Alt+F and
 * half of the function keys for itself. Each of these was pressed in a real window of Chromium 156 under X, by xdotool: it came to the
 * page, the page kept the focus, and nothing else happened; Ctrl+T, for comparison, opened a tab.
 *
 * Keys are named by their place (`KeyboardEvent.code`), so that they work on a Russian layout too.
 */
export const shortcuts = [
  { action: 'answer', code: 'KeyA' },
  { action: 'reject', code: 'KeyR' },
  { action: 'mute', code: 'KeyM' },
  { action: 'hold', code: 'KeyH' },
  { action: 'keypad', code: 'KeyK' },
  { action: 'hangUp', code: 'KeyQ' },
  { action: 'dial', code: 'KeyN' },
  { action: 'client', code: 'KeyC' },
  { action: 'status', code: 'KeyS' },
] as const;

export type ShortcutAction = (typeof shortcuts)[number]['action'] | 'help';

type Pressed = Pick<KeyboardEvent, 'code' | 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat'>;

/** @param typing whether the focus is in a field where `?` is a letter. */
export function actionOf(pressed: Pressed, typing: boolean): ShortcutAction | null {
  if (pressed.repeat || pressed.ctrlKey || pressed.metaKey) return null;
  if (pressed.key === '?' && !pressed.altKey && !typing) return 'help';
  if (!pressed.altKey || pressed.shiftKey) return null;
  return shortcuts.find((shortcut) => shortcut.code === pressed.code)?.action ?? null;
}

/** As it is written on buttons: Alt+A. */
export function keysOf(action: ShortcutAction): string {
  const shortcut = shortcuts.find((each) => each.action === action);
  return shortcut ? `Alt+${shortcut.code.slice(3)}` : '?';
}

/** Whether a key pressed there belongs to a field. */
export function isTypingIn(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
