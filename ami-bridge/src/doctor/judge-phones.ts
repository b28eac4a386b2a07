import type { WebSocketFacts } from './facts.ts';
import { fine, gap, warning, type Finding } from './finding.ts';
import { MENDS } from './snippets.ts';

/** Agents who answer in the browser need it; those with desk phones do not. */
export function judgePhones({ url, state }: WebSocketFacts): Finding[] {
  switch (state) {
    case 'answers':
      return [fine('phones', `Browsers' phones reach ${url}`)];
    case 'refused':
    case 'unreachable':
      return [warning('phones', `${url} does not answer: agents have desk phones alone`, MENDS.http)];
    case 'no_sip':
      return [
        gap(
          'phones',
          `${url} answers, and does not speak SIP: res_pjsip_transport_websocket, or the path /ws`,
          MENDS.http,
        ),
      ];
    case 'untrusted':
      return [gap('phones', `${url} has a certificate that browsers do not trust`)];
  }
}
