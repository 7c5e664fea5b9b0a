package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// opensslFiles are options of openssl that name a file, and what is done with it.
var opensslFiles = map[string]sallyport.EffectKind{
	"-in": sallyport.EffectRead, "-inkey": sallyport.EffectCredential, "-key": sallyport.EffectCredential, "-CAkey": sallyport.EffectCredential,
	"-signkey": sallyport.EffectCredential, "-cert": sallyport.EffectRead, "-CAfile": sallyport.EffectRead, "-CA": sallyport.EffectRead,
	"-certfile": sallyport.EffectRead, "-config": sallyport.EffectRead, "-extfile": sallyport.EffectRead, "-content": sallyport.EffectRead,
	"-sign": sallyport.EffectCredential, "-verify": sallyport.EffectRead, "-prverify": sallyport.EffectRead, "-signature": sallyport.EffectRead, "-sigfile": sallyport.EffectRead,
	"-untrusted": sallyport.EffectRead, "-CRL": sallyport.EffectRead, "-crl": sallyport.EffectRead, "-recip": sallyport.EffectRead, "-kfile": sallyport.EffectCredential,
	"-out": sallyport.EffectWrite, "-keyout": sallyport.EffectWrite, "-writerand": sallyport.EffectWrite, "-CAserial": sallyport.EffectWrite,
	"-export_out": sallyport.EffectWrite, "-sess_out": sallyport.EffectWrite, "-sess_in": sallyport.EffectRead, "-cert_chain": sallyport.EffectRead, "-CApath": sallyport.EffectRead,
	"-peerkey": sallyport.EffectRead, "-issuer": sallyport.EffectRead, "-revoke": sallyport.EffectRead, "-ss_cert": sallyport.EffectRead, "-infiles": sallyport.EffectRead,
	"-spkac": sallyport.EffectRead, "-keylogfile": sallyport.EffectWrite, "-respin": sallyport.EffectRead, "-respout": sallyport.EffectWrite, "-reqin": sallyport.EffectRead, "-reqout": sallyport.EffectWrite, "-force_pubkey": sallyport.EffectRead,
}

// opensslValues are its options with a value that is no file; opensslFlags those without.
var opensslValues, opensslFlags = wordSet(`-K -iv -S -md -pass -passin -passout -inform -outform -days -subj -newkey -keyform -certform -nameopt -reqopt -extensions -reqexts
	-set_serial -servername -starttls -alpn -cipher -ciphersuites -tls1_3_ciphers -name -caname -iter -saltlen -k -bufsize -rand -checkend -certopt -purpose -policy -verify_depth
	-hash -hmac -mac -macopt -sigopt -pkeyopt -algorithm -curve -curves -groups -sigalgs -type -num -port -accept -host -connect -proxy -bind -multi -seconds -elapsed_min -startdate -enddate
	-not_before -not_after -digest -addext -conv_form -param_enc -keypbe -certpbe -macalg -CSP -LMK -salt_len -url -path -header -ndays -nmin -maxfraglen -psk -psk_identity -srpuser
	-verify_hostname -verify_ip -verify_name -verify_email -attime -xmpphost -unix -named_curve -engine -provider -provider-path -propquery -noservername_ -status_file -context
	-keymatexport -keymatexportlen -id_prefix -naccept -www_ -nextprotoneg -dhparam -newcert -prexit_ -section -gen -dsaopt -trustout_ -setalias -addtrust -addreject -primes -v2 -v2prf -v1 -scrypt_N -scrypt_r -scrypt_p -serial -crldays -crlhours -timeout_ -brief_`),
	wordSet(`-e -d -a -A -base64 -nosalt -salt -p -P -v -pbkdf2 -noout -text -nodes -noenc -new -x509 -verify -pubkey -pubin -pubout -modulus -fingerprint -sha1 -sha224 -sha256 -sha384
	-sha512 -md5 -hex -binary -r -c -quiet -ign_eof -no_ign_eof -showcerts -prexit -status -tls1 -tls1_1 -tls1_2 -tls1_3 -ssl3 -no_ssl3 -no_tls1 -no_tls1_1 -no_tls1_2 -no_tls1_3 -debug -msg -state
	-crlf -nbio -reconnect -pause -serverpref -www -WWW -HTTP -rev -brief -noservername -nocommands -tlsextdebug -trace -verify_return_error -verify_quiet -check -check_ss_sig -issuer -subject
	-subject_hash -subject_hash_old -issuer_hash -hash_old -dates -startdate -enddate -serial -email -ocsp_uri -ocspid -alias -req -CAcreateserial -clrext -ext -batch -utf8 -asn1-kludge
	-export -clcerts -cacerts -nocerts -nokeys -info -legacy -nomac -macver -nomacver -descert -certpbe_ -maciter -nomaciter -noiter -twopass -chain -keyex -keysig -des -des3 -aes128 -aes192 -aes256 -aria128
	-1 -5 -6 -apr1 -aixmd5 -crypt -stdin -table -reverse -noverify -genkey -param_out -list_curves -no_public -nointern -sign -encrypt -decrypt -resign -cmsout -smime_ -detached -nodetach -noattr -nosigs
	-nochain -noverify_ -print -print_certs -inorder -none -z -ofb -nopad -topk8 -nocrypt -traditional -in_key -xof -evp -decrypt_ -mr -mb -aead -ccert -crl_check -crl_check_all -partial_chain -trusted_first
	-x509_strict -policy_check -explicit_policy -use_deltas -gencrl -msie_hack -noemailDN -preserveDN -notext -selfsign -updatedb -create_serial -rand_serial -multivalue-rdn -text_ -oid -strparse -dump -i
	-V -o -b -f -cmd-list -commands -digest-commands -cipher-commands -public-key-algorithms -2 -3 -F4 -f4 -C -dsaparam -out_ -no_cert_verify -no_signature_verify -resp_text -req_text -no_nonce -trust_other -aes-256-cbc
	-early_data_ -enable_pha -no_renegotiation -bugs -comp -no_comp -no_ticket -legacy_renegotiation -dtls -dtls1_2 -sctp -ct -noct -4 -6 -srp_moregroups -security_debug -nbio_test -servername_fatal -Verify_`)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[strings.TrimSuffix(w, "_")] = true
	}
	return m
}

func openssl(e *eval) {
	if len(e.operands) == 0 {
		e.prompt("openssl")
		e.unknown("commands typed into openssl are not followed")
		return
	}
	verb, _ := e.operands[0].Const()
	opt := map[string]value.Str{}
	var words []value.Str
	for i := 1; i < len(e.operands); i++ {
		o := e.operands[i]
		c, known := o.Const()
		if strings.HasPrefix(c, "--") {
			c = c[1:]
		}
		kind, file := opensslFiles[c]
		flag := opensslFlags[c] || strings.HasPrefix(c, "-aes") || strings.HasPrefix(c, "-des") || strings.HasPrefix(c, "-camellia") || strings.HasPrefix(c, "-chacha") || strings.HasPrefix(c, "-bf") || strings.HasPrefix(c, "-rc4") || strings.HasPrefix(c, "-sha") || strings.HasPrefix(c, "-blake")
		switch {
		case !strings.HasPrefix(o.Prefix(), "-"):
			words = append(words, o)
		case !known:
			e.unknown("option %q of openssl is not known", o)
		case file && !opensslVerbFlag(verb, c) && i+1 < len(e.operands):
			i++
			opt[c] = e.operands[i]
			switch kind {
			case sallyport.EffectWrite:
				e.output(kind, e.operands[i], "")
				e.noStdout = e.noStdout || c == "-out" && !stdStream(e.operands[i])
			case sallyport.EffectCredential:
				e.effect(sallyport.EffectRead, e.operands[i], "")
				e.effect(kind, e.operands[i], "private key")
			default:
				if c == "-in" {
					e.input(e.operands[i])
				} else {
					e.effect(kind, e.operands[i], "")
				}
			}
		case opensslValues[c] && !opensslVerbFlag(verb, c) && i+1 < len(e.operands):
			i++
			opt[c] = e.operands[i]
		case flag || opensslValues[c] || file:
			opt[c] = value.Str{}
		default:
			e.unknown("option %q of openssl %s is not understood", o, verb)
		}
	}
	for _, o := range []string{"-engine", "-provider"} {
		if v, ok := opt[o]; ok && v.Contains("/") || ok && v.Contains(".so") {
			e.effect(sallyport.EffectExec, v, "code loaded into openssl")
			e.hint("loads-code", sallyport.High, "loads compiled code from a file")
		}
	}
	for _, o := range []string{"-pass", "-passin"} {
		if f := opt[o]; f.HasPrefix("file:") {
			f, _ = f.Drop(5)
			e.effect(sallyport.EffectCredential, f, "pass phrase")
		}
	}
	switch verb {
	case "s_client", "s_time":
		peer := opt["-connect"]
		if h := opt["-host"]; !h.Empty() {
			peer = hostPort(h, opt["-port"])
		}
		if peer.Empty() && len(words) > 0 {
			peer = words[0]
		}
		e.effect(sallyport.EffectConnect, peer, "")
		e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, peer}})
		e.sources = append(e.sources, End{Net, peer})
	case "s_server", "ocsp":
		if p, ok := opt["-url"]; ok {
			e.effect(sallyport.EffectConnect, p, "")
			break
		}
		port := opt["-accept"]
		if port.Empty() {
			port = opt["-port"]
		}
		if verb == "s_server" && port.Empty() {
			port = lit("4433")
		}
		if !port.Empty() {
			e.effect(sallyport.EffectListen, port, "")
			e.sources = append(e.sources, End{Net, lit("whoever connects")})
			e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, lit("whoever connects")}})
		}
	case "dgst", "sha1", "sha224", "sha256", "sha384", "sha512", "md5", "blake2b512", "ripemd160", "sha3-256":
		for _, w := range words {
			e.input(w)
		}
		e.spec = lossyCopy(e.spec)
		if len(words) == 0 {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	case "rand", "genrsa", "genpkey", "gendsa", "ecparam", "dhparam", "prime":
		e.sources = append(e.sources, End{System, lit("random")})
	case "passwd":
		for _, w := range words {
			e.sources = append(e.sources, End{Text, w})
		}
		if len(words) == 0 {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	case "version", "ciphers", "list", "speed", "errstr", "help", "info", "engine", "list-standard-commands":
		e.sources = append(e.sources, End{System, lit("openssl")})
	case "rehash", "c_rehash":
		for _, w := range words {
			e.effect(sallyport.EffectWrite, w, "links renewed")
		}
	case "ca", "x509", "req", "rsa", "ec", "dsa", "pkey", "pkcs12", "pkcs8", "pkcs7", "cms", "smime", "verify", "crl", "crl2pkcs7", "asn1parse", "enc", "pkeyutl", "rsautl", "ts", "spkac", "nseq",
		"dsaparam", "pkeyparam", "sess_id", "storeutl", "mac", "kdf", "base64", "zlib", "aes-256-cbc", "aes-128-cbc", "aes-192-cbc", "aes-256-ctr", "des3", "des-ede3-cbc", "rc4", "bf", "camellia-256-cbc", "chacha20", "srp":
		for _, w := range words {
			e.effect(sallyport.EffectRead, w, "")
		}
		if _, ok := opt["-in"]; !ok && len(words) == 0 {
			_, makes := opt["-new"]
			_, makes2 := opt["-newkey"]
			if !makes && !makes2 {
				e.sources = append(e.sources, End{Kind: Stdin})
			} else {
				e.sources = append(e.sources, End{System, lit("random")})
			}
		}
	default:
		e.unknown("sub-command %q of openssl is not understood", e.operands[0])
	}
}

// opensslVerbFlag reports whether an option that usually takes a value is a flag of this sub-command.
func opensslVerbFlag(verb, c string) bool {
	switch c {
	case "-verify":
		return !oneOf(verb, "dgst", "s_client", "s_server")
	case "-sign":
		return verb != "dgst"
	case "-issuer", "-serial", "-startdate", "-enddate", "-hash":
		return verb == "x509" || verb == "crl"
	case "-subj", "-name":
		return false
	case "-v1", "-gen", "-salt":
		return true
	case "-newcert", "-crl":
		return true
	case "-signature":
		return false
	}
	return false
}
