/** The interface for people: one page without scripts or styles of its own, so that the strict policy of our pages holds for it too. */
import { z } from 'zod';
import { deskCommandSchema, deskEventSchema, deskSnapshotSchema } from '../contract/desk.ts';

/** The parts of an OpenAPI document that the page shows. */
const documentSchema = z.object({
  info: z.object({ title: z.string(), description: z.string().optional(), version: z.string() }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        summary: z.string().optional(),
        description: z.string().optional(),
        parameters: z.unknown().optional(),
        requestBody: z.unknown().optional(),
        responses: z.unknown().optional(),
      }),
    ),
  ),
});

const sockets = [
  { name: 'snapshot', what: 'The whole desk: sent on connect, and again after an outage.', schema: deskSnapshotSchema },
  { name: 'event', what: 'One change of the desk.', schema: deskEventSchema },
  { name: 'command', what: 'From the screen; answered {ok: true} or {ok: false, code}.', schema: deskCommandSchema },
];

export function docsPage(document: unknown): string {
  const { info, paths } = documentSchema.parse(document);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => `
<details>
  <summary><b>${escape(method.toUpperCase())} <code>${escape(path)}</code></b> ${escape(operation.summary ?? '')}</summary>
  <p>${escape(operation.description ?? '')}</p>
  ${section('Parameters', operation.parameters)}${section('Body', operation.requestBody)}${section('Answers', operation.responses)}
</details>`,
    ),
  );
  const events = sockets.map(
    ({ name, what, schema }) => `
<details>
  <summary><b><code>${name}</code></b> ${escape(what)}</summary>
  ${section('Payload', z.toJSONSchema(schema, { io: 'input' }))}
</details>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escape(info.title)}: interface</title>
<h1>${escape(info.title)} ${escape(info.version)}</h1>
<p>${escape(info.description ?? '')} As OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>.</p>
<h2>HTTP</h2>${routes.join('')}
<h2>Socket.IO, namespace <code>/desk</code></h2>${events.join('')}
</html>
`;
}

const section = (title: string, value: unknown): string =>
  value === undefined ? '' : `<h4>${title}</h4><pre>${escape(JSON.stringify(value, null, 2))}</pre>`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
