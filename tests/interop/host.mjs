// A js-libp2p node as any stranger would build it: TCP, Noise, yamux, and our protocol ids.

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { gossipsub, StrictSign } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

export const EXCHANGE = '/bazaar/exchange/1.0.0'
export const KAD = '/bazaar/kad/1.0.0'
export const TOPIC = 'bazaar/heads/1'

// A listening node with the key of a 32-byte seed.
export async function start (seed, { validate, select }) {
  return createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', seed),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }, // only one ping at a time may go out
    services: {
      identify: identify({ agentVersion: 'independent-peer' }),
      ping: ping(),
      gossip: gossipsub({ globalSignaturePolicy: StrictSign, emitSelf: false }),
      dht: kadDHT({
        protocol: KAD,
        clientMode: false,
        allowQueryWithZeroPeers: true,
        peerInfoMapper: passthroughMapper, // loopback addresses count, as on every local: network
        validators: { s: validate },
        selectors: { s: select }
      })
    }
  })
}
