/** The one place of the server that emits on sockets. A desk's socket is in the room of its own agent and receives nothing of others'. */
import type { Command, CommandResult } from '@headset/ami-bridge/commands';
import { commandResultSchema } from '@headset/ami-bridge/commands';
import type { BridgeToServer, ServerToBridge } from '@headset/ami-bridge/pbx-link';
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { DeskEvent, DeskSnapshot, DeskToServer, ServerToDesk } from './contract/desk.ts';
import type { Actor } from './rights.ts';

export type DeskSocketData = { actor: Actor; sessionId: string; expiresAt: number };
export type DeskSocket = Socket<DeskToServer, ServerToDesk, DefaultEventsMap, DeskSocketData>;
export type DeskNamespace = Namespace<DeskToServer, ServerToDesk, DefaultEventsMap, DeskSocketData>;
export type BridgeSocketData = { pbxId: string };
export type BridgeSocket = Socket<BridgeToServer, ServerToBridge, DefaultEventsMap, BridgeSocketData>;
export type BridgeNamespace = Namespace<BridgeToServer, ServerToBridge, DefaultEventsMap, BridgeSocketData>;

/** A bridge asks the PBX, which may take its time; after this whether it acted is unknown. */
const COMMAND_DEADLINE_MS = 5_000;

export type Publisher = ReturnType<typeof createPublisher>;

export function createPublisher(io: Server) {
  const desks: DeskNamespace = io.of('/desk');
  return {
    /** To every desk of one agent. */
    event(agentId: string, event: DeskEvent): void {
      desks.to(roomOf(agentId)).emit('event', event);
    },
    /** The whole picture, to one desk. */
    snapshot(socket: DeskSocket, snapshot: DeskSnapshot): void {
      socket.emit('snapshot', snapshot);
    },
    /** The last word to a desk whose session is over. */
    sessionEnded(socket: DeskSocket, why: 'logged_out' | 'expired'): void {
      socket.emit('sessionEnded', why);
      socket.disconnect(true);
    },
    async command(bridge: BridgeSocket, command: Command): Promise<CommandResult> {
      try {
        return commandResultSchema.parse(await bridge.timeout(COMMAND_DEADLINE_MS).emitWithAck('command', command));
      } catch {
        return { ok: false, code: 'timeout' };
      }
    },
  };
}

export const roomOf = (agentId: string): string => `agent:${agentId}`;
