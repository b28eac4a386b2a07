/** `/api/session`: POST logs in, GET tells who I am, DELETE logs out. `/api/session/phone`: the softphone's own account. */
import { z } from 'zod';

export const localeSchema = z.enum(['ru', 'en']);
export type Locale = z.infer<typeof localeSchema>;
export const roleSchema = z.enum(['operator', 'supervisor', 'admin']);
export type Role = z.infer<typeof roleSchema>;

export const loginSchema = z.object({ login: z.string().trim().min(1).max(80), password: z.string().min(1).max(200) });

export const sessionSchema = z.object({
  agent: z.object({
    id: z.uuid(),
    login: z.string(),
    displayName: z.string(),
    role: roleSchema,
    teamId: z.uuid(),
    extension: z.string().nullable(),
    locale: localeSchema,
  }),
  /** `action:resource:level`, e.g. `read:calls:team`. For showing and hiding only: the server checks again. */
  rights: z.array(z.string()),
  organisation: z.object({
    name: z.string(),
    zone: z.string(),
    locale: localeSchema,
    country: z.string().length(2),
    areaCode: z.string(),
  }),
  pauseReasons: z.array(z.object({ code: z.string(), nameRu: z.string(), nameEn: z.string() })),
  /** True while a demo carrier stands behind the PBX: the "call me" button is shown. */
  demo: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

/** What SIP.js needs. Given to the agent's own session alone; 404 `not_found` for an agent without a phone. */
export const phoneAccountSchema = z.object({
  uri: z.string(), // sip:1001@host
  username: z.string(),
  password: z.string(),
  displayName: z.string(),
  webSocketUrl: z.string(),
});
export type PhoneAccount = z.infer<typeof phoneAccountSchema>;

/** Before login: is this a demo, and with which logins? Empty unless bound to loopback with demo data. */
export const loginHintsSchema = z.object({
  organisation: z.string(),
  locale: localeSchema,
  demoLogins: z.array(z.object({ login: z.string(), password: z.string(), role: roleSchema, displayName: z.string() })),
});
export type LoginHints = z.infer<typeof loginHintsSchema>;
