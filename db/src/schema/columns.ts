/** Kinds of columns that every table uses. */
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** `timestamptz` of milliseconds. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

export const createdAt = () => instant('created_at').notNull().defaultNow();

/** Text compared byte by byte whatever the database's own collation is, so that prefixes and paging are index scans everywhere. */
export const bytewiseText = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' });
