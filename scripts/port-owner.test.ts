import { expect, it } from 'vitest';
import { socketsOn } from './port-owner.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41001 1 0 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 41002 1 0 100 0 0 10 0
   2: 00000000:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 41003 2 0 0
`;

it('finds the listening socket of a TCP port, and not the connections through it', () => {
  expect(socketsOn(table, 3000)).toEqual(['41001']);
});

it('finds the socket of a UDP port', () => {
  expect(socketsOn(table, 5060)).toEqual(['41003']);
});

it('finds nothing on a free port', () => {
  expect(socketsOn(table, 3001)).toEqual([]);
});
