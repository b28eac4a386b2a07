/** What the benchmark's processes say to each other. */
import { z } from 'zod';

/** To the source of events. */
export const orderSchema = z.discriminatedUnion('order', [
  z.object({ order: z.literal('flood'), calls: z.number() }),
  z.object({ order: z.literal('storm'), callsPerSecond: z.number(), seconds: z.number() }),
]);
export type Order = z.infer<typeof orderSchema>;

/** By the source, and by whoever listens to it. */
export const toldSchema = z.discriminatedUnion('told', [
  z.object({ told: z.literal('listening'), port: z.number(), framesPerCall: z.number() }),
  z.object({ told: z.literal('flooding'), events: z.number() }),
  z.object({ told: z.literal('stormed'), events: z.number() }),
  z.object({ told: z.literal('ready') }),
  /** Events read so far, and how late each was since the last report, in milliseconds. */
  z.object({ told: z.literal('read'), events: z.number(), lagMs: z.array(z.number()) }),
]);
export type Told = z.infer<typeof toldSchema>;
