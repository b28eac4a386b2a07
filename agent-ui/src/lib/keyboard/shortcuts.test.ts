import { expect, it } from 'vitest';
import { actionOf, shortcuts } from './shortcuts.ts';

const pressed = (changes: Partial<Parameters<typeof actionOf>[0]>): Parameters<typeof actionOf>[0] => ({
  code: '',
  key: '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  ...changes,
});

it('works on a Russian layout, where the key A writes ф', () => {
  expect(actionOf(pressed({ code: 'KeyA', key: 'ф', altKey: true }), true)).toBe('answer');
});

it('opens the help by ? except where ? is being written', () => {
  expect(actionOf(pressed({ code: 'Digit7', key: '?', shiftKey: true }), false)).toBe('help');
  expect(actionOf(pressed({ code: 'Slash', key: '?', shiftKey: true }), true)).toBeNull();
});

it('leaves plain letters, other modifiers and held keys alone', () => {
  expect(actionOf(pressed({ code: 'KeyA', key: 'a' }), false)).toBeNull();
  expect(actionOf(pressed({ code: 'KeyA', altKey: true, ctrlKey: true }), false)).toBeNull();
  expect(actionOf(pressed({ code: 'KeyA', altKey: true, repeat: true }), false)).toBeNull();
});

it('gives each key to one action, and none that Chromium uses itself', () => {
  const codes = shortcuts.map((shortcut) => shortcut.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const taken of ['KeyD', 'KeyE', 'KeyF']) expect(codes).not.toContain(taken);
});
