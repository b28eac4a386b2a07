/** Headings of the gallery alone. */
import type { TranslationOf } from '../translate.ts';

export const ru = {
  'gallery.title': 'Галерея',
  'gallery.explain': 'Каждая часть экрана в каждом состоянии, на вымышленных данных.',
  'gallery.screens': 'Экраны целиком',
  'gallery.parts': 'Части',
} as const;

export const en: TranslationOf<typeof ru> = {
  'gallery.title': 'Gallery',
  'gallery.explain': 'Every part of the screen in every state, on invented data.',
  'gallery.screens': 'Whole screens',
  'gallery.parts': 'Parts',
};
