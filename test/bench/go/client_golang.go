package main

import (
	"compress/gzip"
	"fmt"
	"io"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// client is client_golang: Gather, then expfmt's text encoder, as promhttp does.
type client struct {
	registry *prometheus.Registry
}

func newClient() peer { return &client{prometheus.NewRegistry()} }

func (c *client) name() string { return "client_golang" }

func (c *client) vec(name string) *prometheus.CounterVec {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: "Requests served."}, labelNames)
	c.registry.MustRegister(vec)
	return vec
}

func (c *client) histogramVec(name string) *prometheus.HistogramVec {
	opts := prometheus.HistogramOpts{Name: name, Help: "Time to answer.", Buckets: buckets}
	vec := prometheus.NewHistogramVec(opts, labelNames)
	c.registry.MustRegister(vec)
	return vec
}

func (c *client) counters(sets [][]string) func(int, float64) {
	var handles []prometheus.Counter
	for family := range families {
		vec := c.vec(fmt.Sprintf("bench_requests_%d_total", family))
		for _, set := range sets {
			handles = append(handles, vec.WithLabelValues(set...))
		}
	}
	return func(i int, amount float64) { handles[i].Add(amount) }
}

func (c *client) histograms(sets [][]string) func(int, float64) {
	vec := c.histogramVec("bench_request_duration_seconds")
	var handles []prometheus.Observer
	for _, set := range sets {
		handles = append(handles, vec.WithLabelValues(set...))
	}
	return func(i int, value float64) { handles[i].Observe(value) }
}

func (c *client) expose(zipped bool) int {
	counter := &counting{}
	var out io.Writer = counter
	if zipped {
		zip := gzip.NewWriter(counter)
		defer zip.Close()
		out = zip
	}
	found, err := c.registry.Gather()
	if err != nil {
		panic(err)
	}
	encoder := expfmt.NewEncoder(out, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, family := range found {
		if err := encoder.Encode(family); err != nil {
			panic(err)
		}
	}
	return counter.bytes
}

func (c *client) incLabels(sets [][]string) func(int) {
	vec := c.vec("hot_total")
	maps := labelMaps(sets)
	return func(calls int) {
		for i := range calls {
			vec.With(maps[i%hot]).Inc()
		}
	}
}

func (c *client) incHandle(sets [][]string) func(int) {
	vec := c.vec("hot_handle_total")
	var handles []prometheus.Counter
	for _, set := range sets {
		handles = append(handles, vec.WithLabelValues(set...))
	}
	return func(calls int) {
		for i := range calls {
			handles[i%hot].Inc()
		}
	}
}

func (c *client) observeLabels(sets [][]string) func(int) {
	vec := c.histogramVec("hot_seconds")
	maps := labelMaps(sets)
	return func(calls int) {
		for i := range calls {
			vec.With(maps[i%hot]).Observe(float64(i % 32))
		}
	}
}

func (c *client) observeHandle(sets [][]string) func(int) {
	vec := c.histogramVec("hot_handle_seconds")
	var handles []prometheus.Observer
	for _, set := range sets {
		handles = append(handles, vec.WithLabelValues(set...))
	}
	return func(calls int) {
		for i := range calls {
			handles[i%hot].Observe(float64(i % 32))
		}
	}
}

func labelMaps(sets [][]string) []prometheus.Labels {
	maps := make([]prometheus.Labels, len(sets))
	for i, set := range sets {
		maps[i] = prometheus.Labels{}
		for k, name := range labelNames {
			maps[i][name] = set[k]
		}
	}
	return maps
}

// counting is a writer that only counts.
type counting struct{ bytes int }

func (c *counting) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}
