// What the tests can tell the independent peer to do; each answer is plain JSON.

import { encode } from '@msgpack/msgpack'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as digest from 'multiformats/hashes/digest'
import * as exchange from './exchange.mjs'
import { KAD, TOPIC } from './host.mjs'
import { hash, open, openHead } from './records.mjs'

const SHA256 = 0x12
const RAW = 0x55

export const dhtKey = (store) =>
  Buffer.from('/s/' + base58btc.baseEncode(hash(store)))
const cidOf = (token) =>
  CID.createV1(RAW, digest.create(SHA256, hash(Buffer.from('bazaar/1 token\0'), Buffer.from(token, 'hex'))))
const keyOf = (peer) => Buffer.from(peerIdFromString(peer).publicKey.raw)
const hex = (bytes) => Buffer.from(bytes).toString('hex')

async function until (condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}

export class Commands {
  constructor (self) {
    this.self = self // node, asked, heads, signer, shop
  }

  async dial ({ address }) {
    const connection = await this.self.node.dial(multiaddr(address))
    const { encryption, multiplexer, direction } = connection
    return { encryption, multiplexer, direction, peer: connection.remotePeer.toString() }
  }

  async hangup ({ peer }) {
    await this.self.node.hangUp(peerIdFromString(peer))
    return {}
  }

  async ping ({ peer }) {
    return { ms: await this.self.node.services.ping.ping(peerIdFromString(peer)) }
  }

  async identified ({ peer }) {
    const known = async () => (await this.self.node.peerStore.get(peerIdFromString(peer)))
    await until(async () => (await known()).protocols.length > 0)
    const { protocols, metadata } = await known()
    return { protocols, agent: metadata.get('AgentVersion')?? [] }
  }

  async seen () {
    return { asked: this.self.asked }
  }

  // The type and body of one exchange; bytes come and go as {"hex": ...}, or `raw` as they are.
  async ask ({ peer, type, body, raw }) {
    const sent = raw === undefined ? encode(bytesOf(body)) : Buffer.from(raw, 'hex')
    const answer = await exchange.ask(this.connection(peer), type, sent)
    return { type: answer.type, body: hexOf(answer.body) }
  }

  async hello ({ peer }) {
    const answer = await exchange.ask(this.connection(peer), exchange.HELLO, exchange.hello(this.self.signer.net))
    return { type: answer.type, body: hexOf(answer.body) }
  }

  async verify ({ envelope }) {
    const { id, kind, author, fields } = open(Buffer.from(envelope, 'hex'), this.self.signer.net)
    return { id: hex(id), kind, author: hex(author), fields: hexOf(fields) }
  }

  async subscribed ({ peer }) {
    const { gossip } = this.self.node.services
    await until(() => gossip.getSubscribers(TOPIC).some((one) => one.toString() === peer))
    return { mesh: gossip.getMeshPeers(TOPIC) }
  }

  async publish () {
    const sent = await this.self.node.services.gossip.publish(TOPIC, this.self.shop.head.envelope)
    return { recipients: sent.recipients.map(String) }
  }

  async heard ({ peer }) {
    const author = keyOf(peer)
    const found = () => this.self.heads.find((one) => openHead(one.data, this.self.signer.net).author.equals(author))
    await until(found)
    const { data, from } = found()
    return { head: hex(data), from }
  }

  async kadReady ({ peer }) {
    const { dht } = this.self.node.services
    await until(async () => (await dht.routingTable.find(peerIdFromString(peer))) != null)
    return { size: dht.routingTable.size, mode: dht.getMode(), protocol: KAD }
  }

  async getValue ({ peer }) {
    for await (const event of this.self.node.services.dht.get(dhtKey(keyOf(peer)))) {
      if (event.name === 'VALUE') return { value: hex(event.value), from: event.from.toString() }
    }
    return { value: null }
  }

  async putValue () {
    const stored = []
    const problems = []
    const { dht } = this.self.node.services
    for await (const event of dht.put(dhtKey(this.self.signer.key), this.self.shop.head.envelope)) {
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') stored.push(event.from.toString())
      if (event.name === 'QUERY_ERROR') problems.push(String(event.error))
    }
    return { stored, problems }
  }

  async provide ({ token }) {
    const told = []
    const problems = []
    for await (const event of this.self.node.services.dht.provide(cidOf(token))) {
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told.push(event.from.toString())
      if (event.name === 'QUERY_ERROR') problems.push(String(event.error))
    }
    return { told, problems }
  }

  async findProviders ({ token }) {
    const found = []
    for await (const event of this.self.node.services.dht.findProviders(cidOf(token))) {
      if (event.name === 'PROVIDER') found.push(...event.providers.map((one) => one.id.toString()))
    }
    return { found }
  }

  connection (peer) {
    const [connection] = this.self.node.getConnections(peerIdFromString(peer))
    if (connection === undefined) throw new Error('not connected')
    return connection
  }
}

function bytesOf (value) {
  if (Array.isArray(value)) return value.map(bytesOf)
  return value !== null && typeof value === 'object' ? Buffer.from(value.hex, 'hex') : value
}

function hexOf (value) {
  if (value instanceof Uint8Array) return { hex: hex(value) }
  return Array.isArray(value) ? value.map(hexOf) : value
}
