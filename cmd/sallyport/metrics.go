package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics answers /metrics. The numbers are taken when they are asked for: nothing is counted twice.
func (n *node) metrics() http.Handler {
	r := prometheus.NewRegistry()
	gauge := func(name, help string, f func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "sallyport", Name: name, Help: help}, f))
	}
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge("ledger_entries", "Entries in the ledger.", func() float64 { return float64(n.log.Size()) })
	gauge("ssh_connections", "Open connections at the SSH door.", func() float64 { return float64(n.ssh.Connections()) })
	gauge("healthy", "1 while the gateway accepts work, 0 after the ledger failed.", func() float64 {
		if n.gateway.Healthy() != nil {
			return 0
		}
		return 1
	})
	gauge("sessions_live", "Sessions that have not ended.", func() float64 { return float64(n.gateway.Counts().Sessions) })
	gauge("actions_waiting", "Proposals that wait for a decision.", func() float64 { return float64(n.gateway.Counts().Waiting) })
	gauge("actions_running", "Actions that run on a target now.", func() float64 { return float64(n.gateway.Counts().Running) })
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{}))
	return mux
}
