/** What routes are given, and the types that Fastify carries for us. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { EndcapError } from '../contract/index.ts'
import type { Access } from './authorize.ts'
import type { DiskRoom } from './disk-room.ts'
import type { MediaStore } from './media-store.ts'
import type { Occupancy } from './occupancy.ts'
import type { Session, Sessions } from './sessions.ts'
import type { ApiDependencies, Limits } from './types.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** An upgrade may come to this route. */
    upgrade?: boolean
  }
  interface FastifyRequest {
    session: Session | undefined
  }
}

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

export interface Context {
  deps: ApiDependencies
  limits: Limits
  sessions: Sessions
  occupancy: Occupancy
  media: MediaStore
  room: DiskRoom
  /** Base of the links that are handed out, for a request that came in by this Host header. */
  publicUrl(host: string | undefined): string
  startedAt: number
}

/** The session of a route that needs one. */
export function sessionOf(request: Pick<FastifyRequest, 'session'>): Session {
  if (!request.session) throw new EndcapError('ENDCAP_SIGN_IN_REQUIRED')
  return request.session
}

/** Who acts, for receipts and the trail: `manager`, `screen/entrance`, `staff/anna`. */
export const actor = ({ role, id }: Session): string => (id === undefined ? role : `${role}/${id}`)

/** An answer that a proxy or a crawler of the schema may read: tags, a sentence, the operation's name. */
export const told = (tag: string, operationId: string, summary: string) => ({ tags: [tag], operationId, summary })
