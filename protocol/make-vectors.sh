#!/usr/bin/env bash
# Writes vectors.json: golden messages of wire protocol v1, valid ones, ones that are wrong in exactly one way, and ones that
# are wrong in two, which tell in what order the checks are made.
#
# OpenSSL makes every key, hash and signature; Python only turns DER signatures into r || s and writes JSON. Nothing here
# shares a line with the gateway, so that the two can disagree. ES256 is randomized: each run writes other signatures.
#
#   protocol/make-vectors.sh        needs bash, openssl and python3
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Test keys, published on purpose. Whoever trusts one of them trusts everybody.
cat > "$work/gateway.pem" <<'PEM'
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMKS1jBm6IoiOUPCO
Qo1PAkpFKPjDUKjRMsPcAOWgj2ehRANCAASyVsId7Svh0w/0XVWJQvwabHI1eggb
5AEfgv14q+9zc+2bkNzgsx2dx2vztmczXXZGGcvU/k/fhcBj1nhwMBw6
-----END PRIVATE KEY-----
PEM
cat > "$work/lock-17.pem" <<'PEM'
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQE43hU/M6AVFtIjd
CfMr5AXLUFbM6lGkhDzrmhHl4aOhRANCAAQFj8kLXLOgHLdijLcWaNM7hsJCBoFS
5b5ipNWQdk7mzNHaGuJsUpgNlO+4WmOMSVk/O2tq01w59VM9GYLXB+gc
-----END PRIVATE KEY-----
PEM
cat > "$work/lock-18.pem" <<'PEM'
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEw0j5arJ/RaDj3Fh
yETMotXJydSJfHEj3H93SDQ6cbahRANCAARZysTpunctKHontQud1yS+kjV+6xux
RUjZVYmEq0UjEWGhLx/hPj/bJO97UNVkGlhw4sMy28lpiVfrtePF+68l
-----END PRIVATE KEY-----
PEM

b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# stdin: a DER ECDSA signature; stdout: r || s, 32 bytes each
der_to_raw() {
  python3 -c '
import sys
der = sys.stdin.buffer.read()
assert der[0] == 0x30 and der[2] == 0x02
r = der[4:4 + der[3]]
rest = der[4 + der[3]:]
assert rest[0] == 0x02
s = rest[2:2 + rest[1]]
for number in (r, s):
    sys.stdout.buffer.write(int.from_bytes(number, "big").to_bytes(32, "big"))'
}

sign_der() { openssl dgst -sha256 -sign "$work/$1.pem"; } # $1: whose key
sign_raw() { sign_der "$1" | der_to_raw; }

# $1: whose key, $2: header text, $3: payload text
jws() {
  local input
  input="$(printf '%s' "$2" | b64url).$(printf '%s' "$3" | b64url)"
  printf '%s.%s' "$input" "$(printf '%s' "$input" | sign_raw "$1" | b64url)"
}

# $1: what the id is for; the first $2 bytes of its SHA-256
id() { printf 'latchkey test vector: %s' "$1" | openssl dgst -sha256 -binary | head -c "$2" | b64url; }
sha256() { printf '%s' "$1" | openssl dgst -sha256 -binary | b64url; }

# name, topic, kind, message, check (empty: valid), sentence
add() { printf '%s\0' "$@" >> "$work/vectors"; }
good() { add "$1" "$2" "$3" "$4" '' "$5"; }
bad() { add "$1" "$2" "$3" "$4" "$5" "$6"; }

# ---- the site of all vectors --------------------------------------------------------------------------------------
command_topic=latchkey/v1/north/17/command
ack_topic=latchkey/v1/north/17/ack
presence_topic=latchkey/v1/north/17/presence

command_header='{"alg":"ES256","typ":"lock-command+jwt"}'
receipt_header='{"alg":"ES256","typ":"lock-receipt+jwt"}'
ack_header='{"alg":"ES256","typ":"lock-ack+jwt"}'
hello_header='{"alg":"ES256","typ":"lock-hello+jwt"}'

to_lock='"iss":"north/gateway","aud":"north/17","iat":1795435200'
to_gateway='"iss":"north/17","aud":"north/gateway"'
temp_key_uuid=6f1c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7
key_ref=$(printf '%s' "$temp_key_uuid" | openssl dgst -sha256 -binary | head -c 16 | b64url)
boot=$(id 'the present boot' 8)
opening=$(id 'an opening' 16)
command_id=$(id 'a command' 16)

# $1: jti, $2: counter, $3: pulseS, $4: keyRef as JSON, $5: what follows
open_payload() {
  printf '{%s,"op":"open","jti":"%s","openingId":"%s","counter":%s,"bootId":"%s","notAfterUptimeS":86412,"pulseS":%s,"keyRef":%s%s}' \
    "$to_lock" "$1" "$opening" "$2" "$boot" "$3" "$4" "${5:-}"
}
open=$(open_payload "$command_id" 41 5 "\"$key_ref\"")
open_message=$(jws gateway "$command_header" "$open")
command_hash=$(sha256 "$open_message")

# $1: result, $2: reason as JSON, $3: bootId, $4: uptimeS, $5: lastCounter, $6: journalSeq, $7: door, $8: batteryPercent
ack_payload() {
  printf '{%s,"openingId":"%s","commandId":"%s","commandHash":"%s","keyRef":"%s","result":"%s","reason":%s,"bootId":"%s","uptimeS":%s,"lastCounter":%s,"keyGeneration":1,"journalSeq":%s,"door":"%s","batteryPercent":%s}' \
    "$to_gateway" "$opening" "$command_id" "$command_hash" "$key_ref" "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8"
}
opened=$(ack_payload opened null "$boot" 86406 41 208 closed 87)
opened_message=$(jws lock-17 "$ack_header" "$opened")

# $1: nonce as JSON, $2: ops as JSON
hello_payload() {
  printf '{%s,"nonce":%s,"bootId":"%s","uptimeS":86400,"lastCounter":40,"keyGeneration":1,"journalFrom":1,"journalTo":206,"ops":%s,"firmware":"acme-lock 2.4.1","door":"closed","batteryPercent":87}' \
    "$to_gateway" "$1" "$boot" "$2"
}
ops='["open","outcome","hello"]'
hello=$(hello_payload null "$ops")
hello_question=$(printf '{%s,"op":"hello","jti":"%s"}' "$to_lock" "$(id 'a question' 16)")
outcome=$(printf '{%s,"op":"outcome","jti":"%s","about":"%s","openingId":"%s","commandHash":"%s","keyRef":"%s","bootId":"%s","notAfterUptimeS":86412}' \
  "$to_lock" "$(id 'another question' 16)" "$command_id" "$opening" "$command_hash" "$key_ref" "$boot")
receipt=$(printf '{%s,"jti":"%s","keyGeneration":1,"acks":[208],"journalUpTo":null}' "$to_lock" "$(id 'a receipt' 16)")

# ---- valid --------------------------------------------------------------------------------------------------------
good open "$command_topic" command "$open_message" \
  'The command that opens a door for a temp key.'
good open-directly "$command_topic" command \
  "$(jws gateway "$command_header" "$(open_payload "$(id 'a direct command' 16)" 42 30 null)")" \
  'An open without a temp key has keyRef null; 30 s is the longest pulse.'
good outcome-question "$command_topic" command "$(jws gateway "$command_header" "$outcome")" \
  'The question what became of the command in the vector open.'
good hello-question "$command_topic" command "$(jws gateway "$command_header" "$hello_question")" \
  'The question that a hello answers.'
good command-with-unknown-op "$command_topic" command \
  "$(jws gateway "$command_header" "$(unknown=$(open_payload "$(id 'an enrolment' 16)" 42 5 null); printf '%s' "${unknown/\"op\":\"open\"/\"op\":\"enrol\"}")")" \
  'A verified command whose op this version does not know: the lock signs refused, reason unsupported.'
good command-with-unknown-op-alone "$command_topic" command \
  "$(jws gateway "$command_header" "$(printf '{%s,"op":"enrol","jti":"%s"}' "$to_lock" "$(id 'a bare enrolment' 16)")")" \
  'A verified command of an unknown op without what an ack has to copy: the lock drops it.'
good open-with-unknown-member "$command_topic" command \
  "$(jws gateway "$command_header" "$(open_payload "$(id 'a later command' 16)" 43 3 null ',"quiet":true')")" \
  'A member that this version does not know is ignored: later versions add some.'
good open-with-needed-escapes "$command_topic" command \
  "$(jws gateway "$command_header" "$(open_payload "$(id 'an escaped command' 16)" 45 3 null ',"note":"\"\\\n\u001f"')")" \
  'Quotation mark, backslash and control characters can only be written as escapes: \n where there is a short one, else \u001f in lower case.'
good receipt "$command_topic" receipt "$(jws gateway "$receipt_header" "$receipt")" \
  'The gateway has stored the ack of journal entry 208: the lock stops repeating it.'
good receipt-of-sixteen "$command_topic" receipt \
  "$(jws gateway "$receipt_header" "$(printf '{%s,"jti":"%s","keyGeneration":1,"acks":[208,210,212,214,216,218,220,222,224,226,228,230,232,234,236,238],"journalUpTo":206}' "$to_lock" "$(id 'a long receipt' 16)")")" \
  'One receipt names at most 16 acks; a lock that uploads no journal ignores journalUpTo.'
good ack-opened "$ack_topic" ack "$opened_message" \
  'The bolt is back; commandHash is the SHA-256 of the message in the vector open.'
good ack-refused "$ack_topic" ack \
  "$(jws lock-17 "$ack_header" "$(ack_payload refused '"other-boot"' "$(id 'the next boot' 8)" 7 0 209 closed 87)")" \
  'The lock rebooted unnoticed: the command never moved the bolt and never will.'
good ack-jammed "$ack_topic" ack \
  "$(jws lock-17 "$ack_header" "$(ack_payload jammed null "$boot" 86409 41 208 closed 86)")" \
  'The bolt did not come back: the door did not open.'
good ack-reset "$ack_topic" ack \
  "$(jws lock-17 "$ack_header" "$(ack_payload reset null "$(id 'the next boot' 8)" 3 0 208 unknown null)")" \
  'Power failed between intent and outcome: the lock cannot say; a battery level that it does not know is null.'
good ack-not-executed "$ack_topic" ack \
  "$(jws lock-17 "$ack_header" "$(ack_payload not-executed null "$boot" 86413 40 207 closed 87)")" \
  'The answer to an outcome question about a command that never came and can no longer run.'
# ECDSA is random, and r begins with a zero byte once in 256 times: this one came by itself, and is kept while it verifies.
short_r=AHRIf3gDxUVourelE1BHvTLVJiaeG2ZEHa0X2ntex28xNpq5l4NXgor2CDoW8O_EubyiztIoJOH9NsjSKUjIeQ
python3 -c '
import base64, sys
raw = base64.urlsafe_b64decode(sys.argv[1] + "==")
assert raw[0] == 0
integer = lambda n: (lambda b: bytes([2, len(b)]) + b)(n.to_bytes(n.bit_length() // 8 + 1, "big"))
body = b"".join(integer(int.from_bytes(half, "big")) for half in (raw[:32], raw[32:]))
sys.stdout.buffer.write(bytes([0x30, len(body)]) + body)' "$short_r" > "$work/short-r.der"
printf '%s' "${open_message%.*}" > "$work/short-r.signed"
openssl dgst -sha256 -verify <(openssl pkey -in "$work/gateway.pem" -pubout) -signature "$work/short-r.der" "$work/short-r.signed" > /dev/null
short_r_message="${open_message%.*}.$short_r"
good signature-with-a-leading-zero "$command_topic" command "$short_r_message" \
  'r begins with a zero byte, which is written like every other: the third part has 86 characters.'
good hello-unasked "$presence_topic" hello "$(jws lock-17 "$hello_header" "$hello")" \
  'What a lock says right after it subscribed: nonce null.'
good hello-answering "$presence_topic" hello \
  "$(jws lock-17 "$hello_header" "$(hello_payload "\"$(id 'a question' 16)\"" "$ops")")" \
  'The answer to the vector hello-question: nonce is its jti.'
good hello-with-unknown-op "$presence_topic" hello \
  "$(jws lock-17 "$hello_header" "$(hello_payload null '["open","outcome","hello","enrol"]')")" \
  'A lock may list an op that this gateway does not know.'

# The whole packet has 35 bytes before the message, whose header and signature take 142 with the dots: 847 characters
# of payload, which are 635 bytes, make 1,024 bytes.
# $1: payload bytes
padded_open() {
  local bare padding
  bare=$(open_payload "$(id 'a large command' 16)" 44 5 null ',"padding":""')
  padding=$(printf "%$(($1 - ${#bare}))s" '' | tr ' ' x)
  open_payload "$(id 'a large command' 16)" 44 5 null ",\"padding\":\"$padding\""
}
good packet-of-1024-bytes "$command_topic" command "$(jws gateway "$command_header" "$(padded_open 635)")" \
  'The largest packet: 1,024 bytes with fixed header, topic and packet id.'

# ---- wrong in what decides nothing: such a member counts as unknown, and the message is believed ----------------------
lenient_ack() { good "$1" "$ack_topic" ack "$(jws lock-17 "$ack_header" "$2")" "$3"; }
lenient_ack battery-255 "${opened/\"batteryPercent\":87/\"batteryPercent\":255}" \
  'A battery of 255 %: it counts as unknown, and the signed word that the door opened is not lost for it.'
lenient_ack battery-of-half-a-per-cent "${opened/\"batteryPercent\":87/\"batteryPercent\":87.5}" \
  'A battery that is no whole number counts as unknown.'
lenient_ack battery-missing "${opened/,\"batteryPercent\":87/}" 'Without batteryPercent the battery counts as unknown.'
lenient_ack door-ajar "${opened/\"door\":\"closed\"/\"door\":\"ajar\"}" 'A state of the door that does not exist counts as unknown.'
lenient_ack reason-a-sentence "${opened/\"reason\":null/\"reason\":\"Motor is warm!\"}" \
  'A reason is a slug, not a sentence: it counts as none.'
lenient_ack key-ref-of-an-opened-ack-empty "${opened/\"keyRef\":\"$key_ref\"/\"keyRef\":\"\"}" \
  'In an ack keyRef decides nothing: commandId and commandHash bind it.'
good hello-with-battery-200 "$presence_topic" hello \
  "$(jws lock-17 "$hello_header" "${hello/\"batteryPercent\":87/\"batteryPercent\":200}")" \
  'A battery of 200 % keeps no lock offline.'
good hello-without-firmware "$presence_topic" hello \
  "$(jws lock-17 "$hello_header" "${hello/,\"firmware\":\"acme-lock 2.4.1\"/}")" \
  'What only people read may be missing.'

# ---- wrong in one way: size and form ------------------------------------------------------------------------------
bad packet-of-1025-bytes "$command_topic" command "$(jws gateway "$command_header" "$(padded_open 636)")" size \
  'One byte more than the largest packet.'
bad empty "$command_topic" command '' form 'An empty MQTT payload.'
bad signature-missing "$command_topic" command "${open_message%.*}" form 'Two parts instead of three.'
bad fourth-part "$command_topic" command "$open_message.AAAA" form 'Four parts instead of three.'
bad signature-der "$command_topic" command \
  "${open_message%.*}.$(printf '%s' "${open_message%.*}" | sign_der gateway | b64url)" form \
  'The signature is in DER, as most crypto libraries give it, instead of r and s.'
bad signature-padded "$command_topic" command "$open_message==" form 'The signature has base64 padding.'
bad signature-in-hexadecimal "$command_topic" command \
  "${open_message%.*}.$(printf '%s' "${open_message%.*}" | sign_raw gateway | od -An -v -tx1 | tr -d ' \n')" form \
  'The signature is written in hexadecimal digits.'
bad signature-base64 "$command_topic" command \
  "${open_message%.*}.$(while signature=$(printf '%s' "${open_message%.*}" | sign_raw gateway | openssl base64 -A | tr -d '='); [[ $signature != *[+/]* ]]; do :; done; printf '%s' "$signature")" form \
  'The signature is base64 with + and /, not base64url.'
bad signature-without-its-leading-zero "$command_topic" command "${short_r_message%.*}.$(
  printf '%s' "$short_r_message" | python3 -c '
import base64, sys
raw = base64.urlsafe_b64decode(sys.stdin.read().split(".")[2] + "==")
sys.stdout.buffer.write(raw[1:])' | b64url)" form 'r begins with a zero byte, and was written without it: 63 bytes.'
bad payload-padded "$command_topic" command "$(
  input="$(printf '%s' "$command_header" | b64url).$(printf '%s' "$open" | openssl base64 -A | tr '+/' '-_')"
  [[ $input == *= ]] || input="$input="
  printf '%s.%s' "$input" "$(printf '%s' "$input" | sign_raw gateway | b64url)"
)" form 'The payload has base64 padding, and is signed so.'
bad signature-spare-bits "$command_topic" command "${open_message%?}$(printf '%s' "${open_message: -1}" | tr AQgw BRhx)" form \
  'The last character carries two bits; the four spare ones must be zero.'
bad payload-spare-bits "$command_topic" command "$(
  # One of three lengths leaves two characters over, the last of which carries two bits.
  for filler in x xx xxx; do
    part=$(printf '%s' "${open%\}},\"note\":\"$filler\"}" | b64url)
    ((${#part} % 4 == 2)) && break
  done
  input="$(printf '%s' "$command_header" | b64url).${part%?}$(printf '%s' "${part: -1}" | tr AQgw BRhx)"
  printf '%s.%s' "$input" "$(printf '%s' "$input" | sign_raw gateway | b64url)"
)" form 'The last character of the payload has spare bits that are not zero, and is signed so.'
bad newline-at-the-end "$command_topic" command "$open_message"$'\n' form 'The message ends with a newline.'
bad header-not-json "$command_topic" command "$(jws gateway 'ES256' "$open")" form 'The header is not a JSON object.'
hs256_input="$(printf '{"alg":"HS256","typ":"lock-command+jwt"}' | b64url).$(printf '%s' "$open" | b64url)"
public_key_hex=$(openssl pkey -in "$work/gateway.pem" -pubout -outform DER | tail -c 65 | od -An -v -tx1 | tr -d ' \n')
bad hs256-with-the-public-key "$command_topic" command \
  "$hs256_input.$(printf '%s' "$hs256_input" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$public_key_hex" -binary | b64url)" form \
  'An HMAC made with the public key: 32 bytes are no ES256 signature.'

# ---- wrong in one way: algorithm ----------------------------------------------------------------------------------
bad alg-none "$command_topic" command "$(jws gateway '{"alg":"none","typ":"lock-command+jwt"}' "$open")" algorithm \
  'alg is none, under a signature that would fit.'
bad alg-hs256 "$command_topic" command "$(jws gateway '{"alg":"HS256","typ":"lock-command+jwt"}' "$open")" algorithm \
  'alg is HS256, under an ES256 signature that would fit.'
hs512_input="$(printf '{"alg":"HS512","typ":"lock-command+jwt"}' | b64url).$(printf '%s' "$open" | b64url)"
bad hs512-with-the-public-key "$command_topic" command \
  "$hs512_input.$(printf '%s' "$hs512_input" | openssl dgst -sha512 -mac HMAC -macopt "hexkey:$public_key_hex" -binary | b64url)" algorithm \
  'An HMAC made with the public key that has 64 bytes, as many as an ES256 signature.'
bad alg-missing "$command_topic" command "$(jws gateway '{"typ":"lock-command+jwt"}' "$open")" algorithm \
  'The header has no alg.'
bad crit "$command_topic" command \
  "$(jws gateway '{"alg":"ES256","typ":"lock-command+jwt","crit":["exp"],"exp":1}' "$open")" algorithm \
  'The header has crit.'

# ---- wrong in one way: header -------------------------------------------------------------------------------------
bad_header() { bad "$1" "$command_topic" command "$(jws gateway "$2" "$open")" header "$3"; }
bad_header header-in-another-order '{"typ":"lock-command+jwt","alg":"ES256"}' 'The two members in another order.'
bad_header header-with-kid '{"alg":"ES256","typ":"lock-command+jwt","kid":"1"}' 'A third member, as JWT libraries add unasked.'
bad_header header-with-a-space '{"alg":"ES256", "typ":"lock-command+jwt"}' 'One space in the header.'
bad_header header-with-alg-twice '{"alg":"none","alg":"ES256","typ":"lock-command+jwt"}' \
  'alg stands twice: whoever takes the first reads none.'
bad_header header-with-typ-twice '{"alg":"ES256","typ":"lock-receipt+jwt","typ":"lock-command+jwt"}' \
  'typ stands twice: parsers disagree on which one counts.'
bad_header header-with-an-escape '{"alg":"ES256","typ":"lock-command\u002bjwt"}' 'A character of typ is written as an escape.'
bad_header header-bit-flipped '{"alg":"ES256","typ":"lock-commane+jwt"}' 'One bit of the header is flipped (d became e).'
bad_header typ-missing '{"alg":"ES256"}' 'The header has no typ.'
bad_header typ-jwt '{"alg":"ES256","typ":"JWT"}' 'typ is JWT, as JWT libraries write it unasked.'
bad_header typ-in-capitals '{"alg":"ES256","typ":"LOCK-COMMAND+JWT"}' 'typ is compared letter by letter.'
bad ack-header-with-kid "$ack_topic" ack \
  "$(jws lock-17 '{"alg":"ES256","typ":"lock-ack+jwt","kid":"lock-17"}' "$opened")" header 'An ack whose header names a key.'
bad hello-header-in-another-order "$presence_topic" hello \
  "$(jws lock-17 '{"typ":"lock-hello+jwt","alg":"ES256"}' "$hello")" header 'A hello whose header has typ first.'

# ---- wrong in one way: signature ----------------------------------------------------------------------------------
open_header_part=${open_message%%.*}
open_payload_part=$(printf '%s' "$open" | b64url)
open_signature_part=${open_message##*.}
bad header-swapped "$command_topic" receipt "$(printf '%s' "$receipt_header" | b64url).$open_payload_part.$open_signature_part" signature \
  'The header of a receipt in front of a signed command: the signature covers the header.'
bad payload-bit-flipped "$command_topic" command \
  "$open_header_part.$(printf '%s' "${open/\"pulseS\":5/\"pulseS\":4}" | b64url).$open_signature_part" signature \
  'One bit of the payload is flipped (pulseS 5 became 4).'
flipped_first=$(printf '%s' "${open_signature_part:0:1}" | tr 'A-Za-z0-9_-' 'BADCFEHGJILKNMPORQTSVUXWZYbadcfehgjilknmporqtsvuxwzy1032547698-_')
bad signature-bit-flipped "$command_topic" command \
  "$open_header_part.$open_payload_part.$flipped_first${open_signature_part:1}" signature \
  'One bit of the signature is flipped.'
bad signature-all-zero "$command_topic" command \
  "$open_header_part.$open_payload_part.$(head -c 64 /dev/zero | b64url)" signature \
  'r and s are zero, which a careless library accepts.'
bad signature-of-another-message "$command_topic" command "${open_message%.*}.${opened_message##*.}" signature \
  'A signature of another message.'
bad signed-by-another-lock "$ack_topic" ack "$(jws lock-18 "$ack_header" "$opened")" signature \
  'Lock 18 signs an ack in the name of lock 17, on the topic of lock 17.'
bad command-signed-by-a-lock "$command_topic" command "$(jws lock-17 "$command_header" "$open")" signature \
  'A lock signs a command.'

# ---- wrong in one way: payload ------------------------------------------------------------------------------------
bad_payload() { bad "$1" "$command_topic" command "$(jws gateway "$command_header" "$2")" payload "$3"; }
bad_payload payload-with-space "${open/,\"op\"/, \"op\"}" 'One space in the payload (cJSON_Print instead of cJSON_PrintUnformatted).'
bad_payload payload-with-newline "$open"$'\n' 'The payload ends with a newline.'
bad_payload duplicate-member "${open/\"pulseS\":5/\"pulseS\":5,\"pulseS\":30}" \
  'A member twice: some parsers keep the first, some the last.'
bad_payload float "${open/\"pulseS\":5/\"pulseS\":5.5}" 'A number that is not whole.'
bad_payload float-of-a-whole-number "${open/\"pulseS\":5/\"pulseS\":5.0}" 'A whole number written with a point.'
bad_payload exponent "${open/\"notAfterUptimeS\":86412/\"notAfterUptimeS\":9e4}" 'A whole number written with an exponent.'
bad_payload counter-2-to-the-53 "${open/\"counter\":41/\"counter\":9007199254740992}" 'A counter of 2^53, where a double stops counting.'
bad_payload minus-zero "${open/\"counter\":41/\"counter\":-0}" 'Minus zero.'
bad_payload leading-zero "${open/\"counter\":41/\"counter\":041}" 'A number with a leading zero is not JSON.'
bad_payload non-ascii "${open%\}},\"note\":\"Tür\"}" 'A letter that is not ASCII, in a member that nobody knows.'
bad_payload escaped-letter "${open/\"op\":\"open\"/\"op\":\"\\u006fpen\"}" 'A letter written as an escape.'
bad_payload escaped-slash "${open/north\/gateway/north\\\/gateway}" 'A slash written as an escape, as some JSON printers do.'
bad_payload member-named-by-a-number "${open%\}},\"7\":true}" 'A member whose name is a number: some printers sort those.'
bad_payload member-named-by-a-number-first "{\"7\":true,${open#\{}" \
  'A member whose name is a number, where even a printer that sorts leaves it.'
bad_payload member-named-by-a-number-inside "${open%\}},\"note\":{\"10\":1}}" 'The same in an object inside the payload.'
bad_payload half-a-surrogate-pair "${open%\}},\"note\":\"\\ud83d\"}" \
  'Half of a surrogate pair: an escape of ASCII letters that stands for no character.'
bad_payload escaped-non-ascii "${open%\}},\"note\":\"T\\u00fcr\"}" 'A letter that is not ASCII, written as an escape.'
bad_payload escape-in-capitals "${open%\}},\"note\":\"\\u001F\"}" 'A control character whose escape is written in capitals.'
bad_payload payload-and-more "$open{}" 'Something behind the last brace.'
bad_payload payload-cut "${open%\}}" 'The last brace is missing.'
bad_payload payload-an-array "[$open]" 'An array instead of an object.'
bad_payload payload-empty-string '""' 'A string instead of an object.'

# ---- wrong in one way: typ, iss, aud ------------------------------------------------------------------------------
bad hello-as-command "$command_topic" command "$(jws gateway "$hello_header" "$open")" typ \
  'The payload of a command under the typ of a hello.'
bad hello-as-ack "$ack_topic" ack "$(jws lock-17 "$hello_header" "$hello")" typ 'A hello on the topic for acks.'
bad ack-as-hello "$presence_topic" hello "$opened_message" typ 'An ack on the topic for hellos.'
bad iss-of-another-site "$command_topic" command \
  "$(jws gateway "$command_header" "${open/north\/gateway/south\/gateway}")" iss 'A command in the name of another site.'
bad iss-of-another-lock "$ack_topic" ack \
  "$(jws lock-17 "$ack_header" "${opened/north\/17/north\/18}")" iss 'Lock 17 signs an ack in the name of lock 18.'
bad iss-missing "$command_topic" command \
  "$(jws gateway "$command_header" "${open/\"iss\":\"north\/gateway\",/}")" iss 'iss is missing.'
bad aud-of-another-lock "$command_topic" command \
  "$(jws gateway "$command_header" "${open/north\/17/north\/18}")" aud 'A command for lock 18 on the topic of lock 17.'
bad aud-a-list "$command_topic" command \
  "$(jws gateway "$command_header" "${open/\"north\/17\"/[\"north\/17\"]}")" aud 'aud is a list, as RFC 7519 allows and this protocol does not.'
bad ack-to-another-site "$ack_topic" ack \
  "$(jws lock-17 "$ack_header" "${opened/north\/gateway/south\/gateway}")" aud 'An ack for the gateway of another site.'

# ---- wrong in one way: schema -------------------------------------------------------------------------------------
bad_schema() { bad "$1" "$command_topic" command "$(jws gateway "$command_header" "$2")" schema "$3"; }
bad_ack() { bad "$1" "$ack_topic" ack "$(jws lock-17 "$ack_header" "$2")" schema "$3"; }
bad_schema pulse-31 "${open/\"pulseS\":5/\"pulseS\":31}" 'A pulse longer than 30 s.'
bad_schema pulse-2 "${open/\"pulseS\":5/\"pulseS\":2}" 'A pulse shorter than 3 s.'
bad_schema counter-negative "${open/\"counter\":41/\"counter\":-1}" 'A counter below 1.'
bad_schema counter-zero "${open/\"counter\":41/\"counter\":0}" 'A counter of 0: the first one of a boot is 1.'
bad_schema counter-a-string "${open/\"counter\":41/\"counter\":\"41\"}" 'A number as a string.'
bad_schema counter-missing "${open/\"counter\":41,/}" 'counter is missing.'
bad_schema boot-missing "${open/\"bootId\":\"$boot\",/}" 'bootId is missing: nothing would bind the command to this boot.'
bad_schema deadline-missing "${open/\"notAfterUptimeS\":86412,/}" 'notAfterUptimeS is missing: a command without a deadline would wait for ever.'
bad_schema key-ref-missing "${open/,\"keyRef\":\"$key_ref\"/}" 'keyRef is missing: a direct open says null.'
bad_schema jti-too-short "${open/\"jti\":\"$command_id\"/\"jti\":\"${command_id%?}\"}" 'jti has 21 characters instead of 22.'
bad_schema boot-null "${open/\"bootId\":\"$boot\"/\"bootId\":null}" 'bootId is null.'
bad_schema outcome-without-hash "${outcome/\"commandHash\":\"$command_hash\",/}" 'An outcome question without commandHash: the lock could not sign an answer.'
bad command-under-the-typ-of-a-receipt "$command_topic" receipt "$(jws gateway "$receipt_header" "$open")" schema \
  'The header makes it a receipt, and a receipt lacks nothing of its own.'
bad receipt-under-the-typ-of-a-command "$command_topic" command "$(jws gateway "$command_header" "$receipt")" schema \
  'The header makes it a command, and a command has an op.'
bad receipt-of-seventeen "$command_topic" receipt \
  "$(jws gateway "$receipt_header" "${receipt/\[208\]/[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}")" schema \
  'A receipt that names 17 acks.'
bad_ack result-unknown "${opened/\"result\":\"opened\"/\"result\":\"open\"}" 'A result that does not exist.'
bad_ack journal-seq-zero "${opened/\"journalSeq\":208/\"journalSeq\":0}" 'journalSeq 0: the first entry is 1.'
bad hello-without-ops "$presence_topic" hello "$(jws lock-17 "$hello_header" "$(hello_payload null '[]')")" schema \
  'A hello that lists no op.'
bad hello-without-nonce "$presence_topic" hello "$(jws lock-17 "$hello_header" "${hello/\"nonce\":null,/}")" schema \
  'A hello without nonce: an unasked one says null.'

# ---- wrong in two ways: the earlier check is named ----------------------------------------------------------------
# For every two neighbours among the checks of PROTOCOL.md, section 3, on the way to a lock and on the way from it.

# $1: name, $2: check, $3: message, $4: sentence
to_lock_bad() { bad "$1" "$command_topic" command "$3" "$2" "$4"; }
from_lock_bad() { bad "$1" "$ack_topic" ack "$3" "$2" "$4"; }
none_header='{"alg":"none","typ":"lock-command+jwt"}'
none_ack_header='{"alg":"none","typ":"lock-ack+jwt"}'
# The first two parts of the message $1 under a signature of lock 18, whom neither end takes for the sender.
signed_by_lock_18() { printf '%s.%s' "${1%.*}" "$(printf '%s' "${1%.*}" | sign_raw lock-18 | b64url)"; }

to_lock_bad size-before-form size "$(printf '%1000s' '' | tr ' ' x)" 'Too large, and not three parts.'
from_lock_bad ack-size-before-form size "$(printf '%1000s' '' | tr ' ' x)" 'Too large, and not three parts.'
to_lock_bad form-before-algorithm form "$(message=$(jws gateway "$none_header" "$open"); printf '%s.' "${message%.*}")" \
  'alg is none, and the third part is empty: an unsecured JWS of RFC 7515.'
from_lock_bad ack-form-before-algorithm form "$(message=$(jws lock-17 "$none_ack_header" "$opened"); printf '%s.' "${message%.*}")" \
  'alg is none, and the third part is empty: an unsecured JWS of RFC 7515.'
to_lock_bad algorithm-before-header algorithm "$(jws gateway '{"alg":"none","typ":"lock-command+jwt","kid":"1"}' "$open")" \
  'alg is none, and there is a third member.'
from_lock_bad ack-algorithm-before-header algorithm "$(jws lock-17 '{"typ":"lock-ack+jwt","alg":"none"}' "$opened")" \
  'alg is none, and the members stand in another order.'
to_lock_bad header-before-signature header \
  "$(signed_by_lock_18 "$(jws gateway '{"alg":"ES256","typ":"lock-command+jwt","kid":"1"}' "$open")")" \
  'A third member, and the signature is a stranger’s.'
from_lock_bad ack-header-before-signature header \
  "$(signed_by_lock_18 "$(jws lock-17 '{"alg":"ES256","typ":"lock-ack+jwt","kid":"1"}' "$opened")")" \
  'A third member, and the signature is a stranger’s.'
to_lock_bad signature-before-payload-cut signature "$(signed_by_lock_18 "$(jws gateway "$command_header" "${open%\}}")")" \
  'The payload is no JSON, and the signature is a stranger’s: whoever parses first says payload.'
to_lock_bad signature-before-payload-with-space signature \
  "$(signed_by_lock_18 "$(jws gateway "$command_header" "${open/,\"op\"/, \"op\"}")")" \
  'One space in the payload, and the signature is a stranger’s.'
to_lock_bad signature-before-payload-non-ascii signature \
  "$(signed_by_lock_18 "$(jws gateway "$command_header" "${open%\}},\"note\":\"Tür\"}")")" \
  'A letter that is not ASCII, and the signature is a stranger’s.'
to_lock_bad signature-before-payload-float signature \
  "$(signed_by_lock_18 "$(jws gateway "$command_header" "${open/\"pulseS\":5/\"pulseS\":5.5}")")" \
  'A number that is not whole, and the signature is a stranger’s.'
from_lock_bad ack-signature-before-payload signature "$(signed_by_lock_18 "$(jws lock-17 "$ack_header" "${opened%\}}")")" \
  'The payload is no JSON, and the signature is a stranger’s: whoever parses first says payload.'
bad receipt-signature-before-payload "$command_topic" receipt \
  "$(signed_by_lock_18 "$(jws gateway "$receipt_header" "${receipt%\}}")")" signature \
  'A receipt whose payload is no JSON, and whose signature is a stranger’s.'
bad hello-signature-before-payload "$presence_topic" hello \
  "$(signed_by_lock_18 "$(jws lock-17 "$hello_header" "${hello%\}}")")" signature \
  'A hello whose payload is no JSON, and whose signature is a stranger’s.'
to_lock_bad payload-before-typ payload "$(jws gateway "$hello_header" "${open/,\"op\"/, \"op\"}")" \
  'One space in the payload, and typ is that of a hello.'
from_lock_bad ack-payload-before-typ payload "$(jws lock-17 "$hello_header" "${opened/,\"openingId\"/, \"openingId\"}")" \
  'One space in the payload, and typ is that of a hello.'
to_lock_bad typ-before-iss typ "$(jws gateway "$hello_header" "${open/north\/gateway/south\/gateway}")" \
  'typ is that of a hello, and iss is the gateway of another site.'
from_lock_bad ack-typ-before-iss typ "$(jws lock-17 "$hello_header" "${opened/north\/17/north\/18}")" \
  'typ is that of a hello, and iss is another lock.'
both_parties=${open/north\/gateway/south\/gateway}
to_lock_bad iss-before-aud iss "$(jws gateway "$command_header" "${both_parties/north\/17/south\/17}")" \
  'iss and aud are both of another site.'
both_ack_parties=${opened/north\/17/south\/17}
from_lock_bad ack-iss-before-aud iss "$(jws lock-17 "$ack_header" "${both_ack_parties/north\/gateway/south\/gateway}")" \
  'iss and aud are both of another site.'
for_lock_18=${open/north\/17/north\/18}
to_lock_bad aud-before-schema aud "$(jws gateway "$command_header" "${for_lock_18/\"pulseS\":5/\"pulseS\":31}")" \
  'For lock 18, and with a pulse longer than 30 s.'
to_south=${opened/north\/gateway/south\/gateway}
from_lock_bad ack-aud-before-schema aud "$(jws lock-17 "$ack_header" "${to_south/\"result\":\"opened\"/\"result\":\"open\"}")" \
  'For the gateway of another site, and with a result that does not exist.'

# ---- vectors.json -------------------------------------------------------------------------------------------------
for who in gateway lock-17 lock-18; do
  openssl pkey -in "$work/$who.pem" -pubout -out "$work/$who.pub.pem"
  openssl pkey -in "$work/$who.pem" -pubout -outform DER | tail -c 64 > "$work/$who.xy"
  openssl pkcs8 -topk8 -nocrypt -in "$work/$who.pem" -outform DER | tail -c +37 | head -c 32 > "$work/$who.d"
done
python3 - "$work" "$temp_key_uuid" "$key_ref" <<'PYTHON' > "$work/vectors.json"
import base64, json, sys
work, temp_key_uuid, key_ref = sys.argv[1:]
read = lambda name: open(f"{work}/{name}", "rb").read()
b64url = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

def key(who):
    xy, d = read(f"{who}.xy"), read(f"{who}.d")
    jwk = {"kty": "EC", "crv": "P-256", "x": b64url(xy[:32]), "y": b64url(xy[32:])}
    return {
        "warning": "TEST KEY, published: never give it to a lock or a gateway that guards a door",
        "privatePem": read(f"{who}.pem").decode(),
        "publicPem": read(f"{who}.pub.pem").decode(),
        "privateJwk": {**jwk, "d": b64url(d)},
        "publicJwk": jwk,
        "privateHex": d.hex(),
        "publicHex": "04" + xy.hex(),
    }

fields = read("vectors").decode().split("\0")[:-1]
vectors = []
for at in range(0, len(fields), 6):
    name, topic, kind, message, check, says = fields[at:at + 6]
    payload = None
    if check == "":
        part = message.split(".")[1]
        payload = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    vectors.append({
        "name": name, "topic": topic, "kind": kind, "message": message, "valid": check == "",
        "check": check or None, "says": says, "payload": payload,
    })
assert len({vector["name"] for vector in vectors}) == len(vectors)
json.dump({
    "about": "Golden messages of Latchkey wire protocol v1, written by make-vectors.sh. PROTOCOL.md tells how to use them.",
    "site": "north",
    "keys": {who: key(who) for who in ("gateway", "lock-17", "lock-18")},
    "tempKey": {"uuid": temp_key_uuid, "keyRef": key_ref},
    "vectors": vectors,
}, sys.stdout, indent=2)
print()
PYTHON
mv "$work/vectors.json" vectors.json
echo "vectors.json: $(grep -c '"name":' vectors.json) messages"
