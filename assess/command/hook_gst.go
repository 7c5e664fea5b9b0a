package command

import (
	"regexp"
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

var (
	// gstPlain are elements that only work on what flows through them, by the way such elements are called.
	gstPlain = regexp.MustCompile(`^(queue2?|multiqueue|tee|identity|capsfilter|typefind|funnel|concat|interleave|deinterleave|volume|level|spectrum|equalizer.*|compositor|alpha.*|aspectratiocrop|` +
		`audio(testsrc|echo|dynamic|invert|karaoke|panorama|amplify|chebband|iirfilter|wsinc.*|visualizer|buffersplit)|video(testsrc|crop|flip|balance|box|median|analyse|detect|mark)|textoverlay|timeoverlay|clockoverlay|progressreport|cairooverlay|` +
		`tsparse|input-selector|output-selector|valve|streamsynchronizer|rtpjitterbuffer|rtpbin|fakesrc|fakesink|fakeaudiosink|fakevideosink|appsrc|appsink|gdkpixbufoverlay|goom.*|wavescope|spacescope|synaescope|monoscope|removesilence|freeze|imagefreeze|deinterlace|gaudieffects|` +
		`auto(audio|video)sink|alsasink|pulsesink|jackaudiosink|openalsink|osssink|oss4sink|xvimagesink|ximagesink|glimagesink|waylandsink|gtksink|gtkglsink|gtk4paintablesink|kmssink|fbdevsink|aasink|cacasink|sdlvideosink|d3dvideosink|osxvideosink|osxaudiosink|clutterautovideosink|qmlglsink|fpsdisplaysink|` +
		`[a-z0-9_]+(dec|decoder|decodebin|enc|encoder|encodebin|parse|parser|mux|muxer|demux|demuxer|pay|depay|convert|converter|convertscale|scale|rate|mixer|resample|filter|tag|upload|download|mux_native|colorspace|trans|postproc|vpp|gamma|crop|decode|deinterlace)|decodebin3?|encodebin2?)$`)

	// gstCaptures are sources that record; the value is what they read.
	gstCaptures = map[string]string{"alsasrc": "/dev/snd", "pulsesrc": "/dev/snd", "autoaudiosrc": "/dev/snd", "jackaudiosrc": "/dev/snd", "osssrc": "/dev/snd", "osxaudiosrc": "/dev/snd",
		"v4l2src": "/dev/video0", "autovideosrc": "/dev/video0", "libcamerasrc": "/dev/video0", "pipewiresrc": "/run/pipewire", "cdparanoiasrc": "/dev/cdrom", "dvdreadsrc": "/dev/cdrom", "dvbsrc": "/dev/dvb", "decklinkvideosrc": "/dev/blackmagic", "decklinkaudiosrc": "/dev/blackmagic"}
)

// gstLaunch: elements with properties, joined by "!"; "name." refers to an element, and a word with a slash describes a type.
func gstLaunch(e *eval) {
	element, at := "", map[string]value.Str{}
	flush := func() { e.gstElement(element, at) }
	words := e.operands
	if len(words) == 1 { // the whole pipeline as one word
		if f, ok := words[0].Fields(); ok {
			words = f
		}
	}
	for _, o := range words {
		key, v, set := o.CutAny("=")
		name, known := key.Const()
		switch {
		case o.Is("!") || o.Is(",") || o.Is("(") || o.Is(")"):
		case strings.Contains(name, "/") || name == "video" || name == "audio":
		case known && set:
			at[name] = v
		case strings.Contains(name, "."): // a pad of an element that has a name
		default:
			flush()
			element, at = o.String(), map[string]value.Str{}
		}
	}
	flush()
}

func (e *eval) gstElement(name string, at map[string]value.Str) {
	location, hasLocation := at["location"]
	peer := hostPort(at["host"], at["port"])
	switch name {
	case "":
	case "filesrc", "multifilesrc", "splitmuxsrc", "giosrc", "pngsrc", "imagesequencesrc", "splitfilesrc":
		uri(e, "", []value.Str{location})
	case "filesink", "multifilesink", "splitmuxsink", "giosink", "hlssink", "hlssink2", "hlssink3", "dashsink", "curlfilesink":
		for _, key := range []string{"location", "playlist-location", "mpd-root-path"} {
			if v, ok := at[key]; ok {
				e.output(sallyport.EffectWrite, v, "")
			}
		}
	case "souphttpsrc", "curlhttpsrc", "rtspsrc", "rtmpsrc", "rtmp2src", "mmssrc", "neonhttpsrc", "ftpsrc", "sftpsrc", "whepsrc":
		roles["fetch"](e, "", []value.Str{location})
	case "rtmpsink", "rtmp2sink", "rtspclientsink", "souphttpclientsink", "curlhttpsink", "curlftpsink", "curlsftpsink", "whipsink", "shout2send", "srtsink":
		if !hasLocation {
			location = at["ip"]
		}
		if u, ok := at["uri"]; ok {
			location = u
		}
		roles["send"](e, "", []value.Str{location})
	case "udpsink", "tcpclientsink", "multiudpsink":
		roles["send"](e, "", []value.Str{peer})
	case "tcpclientsrc":
		roles["fetch"](e, "", []value.Str{peer})
	case "udpsrc", "tcpserversrc", "tcpserversink", "srtsrc", "netclientclock", "webrtcsink":
		e.effect(sallyport.EffectListen, value.Concat(lit(name+" "), at["port"]), "")
	case "playbin", "playbin3", "uridecodebin", "uridecodebin3", "urisourcebin", "parsebin":
		uri(e, "", []value.Str{at["uri"]})
	case "fdsrc":
		e.sources = append(e.sources, End{Kind: Stdin})
	case "fdsink":
		e.sinks = append(e.sinks, End{Kind: Stdout})
	case "ximagesrc", "waylandsrc", "gdiscreencapsrc", "dx9screencapsrc", "d3d11screencapturesrc", "avfvideosrc":
		e.effect(sallyport.EffectCredential, lit("screen"), "records it")
	case "v4l2sink", "shmsink", "shmsrc", "pipewiresink":
		for _, key := range []string{"device", "socket-path"} {
			if v, ok := at[key]; ok {
				e.effect(sallyport.EffectWrite, v, "")
			}
		}
	default:
		if device := gstCaptures[name]; device != "" {
			target := lit(device)
			if v, ok := at["device"]; ok && v.HasPrefix("/") {
				target = v
			}
			e.effect(sallyport.EffectRead, target, "records from it")
			e.sources = append(e.sources, End{System, target})
			return
		}
		if !gstPlain.MatchString(name) {
			e.unknown("element %q of %s is not understood", name, e.name)
		}
		for key, v := range at {
			if strings.Contains(key, "location") || strings.Contains(key, "uri") || strings.HasSuffix(key, "file") {
				e.unknown("what %s does with %q of its element %s is not understood", e.name, v, name)
			}
		}
	}
}
