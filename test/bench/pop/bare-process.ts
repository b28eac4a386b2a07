/**
 * The bare pipe that Headset is compared with, as a process of its own: what asterisk-manager reads of a ringing phone goes straight out
 * by Socket.IO, to the room of that phone. No outbox, no tracker, no database, nobody's card.
 */
import { createServer } from 'node:http';
import AsteriskManager, { type Frame } from 'asterisk-manager';
import { Server } from 'socket.io';
import { z } from 'zod';

const { AMI_PORT, AMI_SECRET } = z.object({ AMI_PORT: z.coerce.number(), AMI_SECRET: z.string() }).parse(process.env);

const http = createServer().listen(0, '127.0.0.1');
const io = new Server(http, { transports: ['websocket'] });
io.on('connection', (socket) => {
  void socket.join(String(socket.handshake.auth.extension));
});

const manager = new AsteriskManager(null, '127.0.0.1', 'bridge', AMI_SECRET, true);
manager.on('managerevent', (frame: Frame) => {
  if (frame.event !== 'Newstate' || frame.channelstate !== '5' || typeof frame.channel !== 'string') return;
  const extension = /^PJSIP\/(\w+)-/.exec(frame.channel)?.[1];
  if (extension !== undefined)
    io.to(extension).emit('offered', { legId: frame.uniqueid, number: frame.connectedlinenum });
});
manager.connect(AMI_PORT, '127.0.0.1', () => manager.login(() => process.send?.(http.address())));
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
