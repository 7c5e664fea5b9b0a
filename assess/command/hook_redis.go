package command

import (
	"sallyport"
	"sallyport/assess/value"
)

// redis connects to a server and hands it commands: its operands, else what arrives on its input.
func init() {
	hooks["redis"] = func(e *eval) {
		host := lit("127.0.0.1")
		for _, o := range []string{"-h", "-s", "-u"} {
			if v, ok := e.value(o); ok {
				host = v
			}
		}
		if p, ok := e.value("-p"); ok && !e.has("-s", "-u") {
			host = hostPort(host, p)
		}
		e.effect(sallyport.EffectConnect, host, e.name)
		switch {
		case e.has("--cluster"):
			e.effect(sallyport.EffectDatabase, lit(e.name), "cluster "+value.Join(e.operands, " ").String())
			e.unknown("what %s --cluster does is not modelled", e.name)
		case len(e.operands) > 0:
			line := value.Join(e.operands, " ")
			e.run(Run{Script: &line, Lang: "redis"})
		case e.has("--rdb", "--functions-rdb", "--bigkeys", "--memkeys", "--hotkeys", "--scan", "--stat", "--latency", "--latency-history", "--latency-dist", "--eval", "--intrinsic-latency"):
			e.sources = append(e.sources, End{Secret, lit("redis data")})
		default:
			e.prompt("redis")
		}
	}
}
