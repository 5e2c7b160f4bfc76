package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
)

type seriesView struct {
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value,omitempty"`
	// Milliseconds since the epoch; absent where it is the time of the scrape.
	Timestamp *int64         `json:"timestamp,omitempty"`
	Created   int64          `json:"created,omitempty"`
	Exemplars []exemplarView `json:"exemplars,omitempty"`
	Histogram *histogramView `json:"histogram,omitempty"`
	Family    *familyView    `json:"family,omitempty"`
}

type exemplarView struct {
	Labels    map[string]string `json:"labels"`
	Value     string            `json:"value"`
	Timestamp *int64            `json:"timestamp,omitempty"`
}

type familyView struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Help string `json:"help"`
	Unit string `json:"unit"`
}

// Buckets are absolute counts, so that integer and float histograms compare.
type histogramView struct {
	Float           bool       `json:"float"`
	Schema          int32      `json:"schema"`
	ZeroThreshold   string     `json:"zeroThreshold"`
	ZeroCount       float64    `json:"zeroCount"`
	Count           float64    `json:"count"`
	Sum             string     `json:"sum"`
	PositiveSpans   []spanView `json:"positiveSpans"`
	PositiveBuckets []float64  `json:"positiveBuckets"`
	NegativeSpans   []spanView `json:"negativeSpans"`
	NegativeBuckets []float64  `json:"negativeBuckets"`
	CustomValues    []float64  `json:"customValues,omitempty"`
	Gauge           bool       `json:"gauge,omitempty"`
}

type spanView struct {
	Offset int32  `json:"offset"`
	Length uint32 `json:"length"`
}

// store takes what one scrape appends, as Prometheus' database would.
type store struct {
	series []seriesView
	// What the scrape loop says of the scrape, by name, such as "up".
	report map[string]float64
}

func newStore() *store {
	return &store{series: []seriesView{}, report: map[string]float64{}}
}

// AppenderV2 begins a transaction: what a scrape appends counts only if it does not fail later.
func (s *store) AppenderV2(context.Context) storage.AppenderV2 {
	return &appender{store: s, seen: map[string]bool{}}
}

type appender struct {
	store  *store
	series []seriesView
	times  []int64
	seen   map[string]bool
	// When the scrape was.
	now int64
}

func (a *appender) Append(
	_ storage.SeriesRef, set labels.Labels, created, at int64, value float64,
	whole *histogram.Histogram, float *histogram.FloatHistogram, options storage.AOptions,
) (storage.SeriesRef, error) {
	// The loop marks its own samples with a byte that no exposition can have.
	if name, isReport := strings.CutSuffix(options.MetricFamilyName, "\xff"); isReport {
		a.store.report[name] = value
		a.now = at
		return 1, nil
	}
	if name, twice := set.HasDuplicateLabelNames(); twice {
		return 0, fmt.Errorf("label name %q comes twice: %s", name, set)
	}
	key := fmt.Sprint(set, at)
	if a.seen[key] {
		return 0, storage.ErrDuplicateSampleForTimestamp
	}
	a.seen[key] = true
	series := seriesView{Labels: withoutTarget(set), Created: created}
	for _, found := range options.Exemplars {
		series.Exemplars = append(series.Exemplars, viewExemplar(found))
	}
	if whole != nil || float != nil {
		series.Histogram = viewHistogram(whole, float)
	} else {
		series.Value = number(value)
	}
	if options.MetricFamilyName != "" {
		meta := options.Metadata
		series.Family = &familyView{strings.Clone(options.MetricFamilyName), string(meta.Type), meta.Help, meta.Unit}
	}
	a.series = append(a.series, series)
	a.times = append(a.times, at)
	return 1, nil
}

func (a *appender) Commit() error {
	for i, series := range a.series {
		if at := a.times[i]; at != a.now {
			series.Timestamp = &at
		}
		a.store.series = append(a.store.series, series)
	}
	return nil
}

func (a *appender) Rollback() error {
	return nil
}

// withoutTarget leaves out the labels that say where a series was scraped.
func withoutTarget(set labels.Labels) map[string]string {
	named := set.Map()
	for _, name := range []string{"instance", "job"} {
		if named[name] == job {
			delete(named, name)
		}
	}
	return named
}

func viewExemplar(found exemplar.Exemplar) exemplarView {
	view := exemplarView{Labels: found.Labels.Map(), Value: number(found.Value)}
	if found.HasTs {
		view.Timestamp = &found.Ts
	}
	return view
}

func viewHistogram(whole *histogram.Histogram, float *histogram.FloatHistogram) *histogramView {
	isFloat := whole == nil
	if !isFloat {
		float = whole.ToFloat(nil)
	}
	return &histogramView{
		Float:           isFloat,
		Schema:          float.Schema,
		ZeroThreshold:   number(float.ZeroThreshold),
		ZeroCount:       float.ZeroCount,
		Count:           float.Count,
		Sum:             number(float.Sum),
		PositiveSpans:   viewSpans(float.PositiveSpans),
		PositiveBuckets: append([]float64{}, float.PositiveBuckets...),
		NegativeSpans:   viewSpans(float.NegativeSpans),
		NegativeBuckets: append([]float64{}, float.NegativeBuckets...),
		CustomValues:    append([]float64{}, float.CustomValues...),
		Gauge:           float.CounterResetHint == histogram.GaugeType,
	}
}

func viewSpans(spans []histogram.Span) []spanView {
	views := make([]spanView, 0, len(spans))
	for _, span := range spans {
		views = append(views, spanView{span.Offset, span.Length})
	}
	return views
}

// number is the shortest text that reads back as the same double.
func number(value float64) string {
	return strconv.FormatFloat(value, 'g', -1, 64)
}
