/** All phrases of both languages. A phrase is added in its area's file, in Russian and English side by side. */
import type { Locale } from '@headset/server/contract/session.ts';
import * as calls from './phrases/calls.ts';
import * as client from './phrases/client.ts';
import * as desk from './phrases/desk.ts';
import * as everywhere from './phrases/everywhere.ts';
import * as gallery from './phrases/gallery.ts';
import * as login from './phrases/login.ts';
import type { TranslationOf } from './translate.ts';

const ru = { ...everywhere.ru, ...login.ru, ...desk.ru, ...client.ru, ...calls.ru, ...gallery.ru };
const en = { ...everywhere.en, ...login.en, ...desk.en, ...client.en, ...calls.en, ...gallery.en };

export type Source = typeof ru;
export type Key = keyof Source;
export const dictionaries: Readonly<Record<Locale, TranslationOf<Source>>> = { ru, en };
