package command

func init() { hooks["logger"] = logger }

// logger with a server (-n) sends its file, words or standard input there instead of to this machine's log.
func logger(e *eval) {
	for _, host := range e.values("-n") {
		files := e.values("-f")
		for _, f := range files {
			e.res.Flows = append(e.res.Flows, Flow{From: End{File, f}, To: End{Net, host}})
		}
		for _, o := range e.operands {
			e.res.Flows = append(e.res.Flows, Flow{From: End{Text, o}, To: End{Net, host}})
		}
		if len(files)+len(e.operands) == 0 {
			e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, host}})
		}
	}
}
