import type { LockId, SiteId } from '#protocol/ids.ts'
import { lockTopic, lockUserName, parseLockUserName, siteFilter } from '#protocol/topics.ts'
import { isLockPasswordHash } from './access/lock-password.ts'

export interface MosquittoExport {
  site: SiteId
  gateway: { userName: string; passwordHash: string }
  locks: readonly { lockId: LockId; passwordHash: string }[]
}

export interface MosquittoFiles {
  passwordFile: string
  aclFile: string
}

const GATEWAY_USER_NAME = /^[a-z][a-z0-9-]{0,63}$/

/**
 * The rights of the embedded broker for an external Mosquitto, deny by default. Some of its rules are no ACL: the
 * settings that keep them stand at the head of the ACL text, in their order, as far as Mosquitto 2.0 has any. Throws on a gateway name or hash that would break a line.
 */
export function mosquittoFiles({ site, gateway, locks }: MosquittoExport): MosquittoFiles {
  if (!GATEWAY_USER_NAME.test(gateway.userName) || parseLockUserName(gateway.userName) !== null)
    throw new Error(
      `"${gateway.userName}" cannot be the gateway's Mosquitto user: a-z, 0-9 and -, and not a lock's name`,
    )
  const users = [
    gateway,
    ...locks.map(({ lockId, passwordHash }) => ({ userName: lockUserName(lockId), passwordHash })),
  ]
  return {
    passwordFile: users.map(passwordLine).join(''),
    aclFile: [ACL_HEAD, gatewayAcl(site, gateway.userName), ...locks.map(({ lockId }) => lockAcl(site, lockId))].join(
      '\n',
    ),
  }
}

const ACL_HEAD = `# mosquitto.conf for these rights, in this order. What stands below a "listener" line counts for that listener alone; above
# the first one it opens port 1883 to every network. Give each listener of yours all lines from "listener" on: without
# "use_username_as_clientid" below its own, one lock can take another's place, or the gateway's.
#
#   password_file /etc/mosquitto/latchkey-passwords
#   acl_file /etc/mosquitto/latchkey-acl
#   allow_anonymous false
#   allow_zero_length_clientid false
#   retain_available false
#   queue_qos0_messages false
#   max_queued_messages 1000
#   persistence false
#   persistent_client_expiration 1h
#   max_packet_size 4096
#   set_tcp_nodelay true
#   listener 1883 192.0.2.10
#   use_username_as_clientid true
#   max_topic_alias 0
#   max_connections 12000
`

function passwordLine({ userName, passwordHash }: { userName: string; passwordHash: string }): string {
  if (!isLockPasswordHash(passwordHash)) throw new Error(`the stored password hash of ${userName} is unreadable`)
  return `${userName}:${passwordHash}\n`
}

const gatewayAcl = (site: SiteId, userName: string): string => `user ${userName}
topic write latchkey/v1/${site}/+/command
topic read ${siteFilter(site, 'ack')}
topic read ${siteFilter(site, 'event')}
topic read ${siteFilter(site, 'presence')}
`

const lockAcl = (site: SiteId, lockId: LockId): string => `user ${lockUserName(lockId)}
topic read ${lockTopic(site, lockId, 'command')}
topic write ${lockTopic(site, lockId, 'ack')}
topic write ${lockTopic(site, lockId, 'event')}
topic write ${lockTopic(site, lockId, 'presence')}
`
