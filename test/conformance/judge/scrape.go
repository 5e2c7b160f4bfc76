package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

type scraped struct {
	Series   []seriesView        `json:"series"`
	Metadata map[string]metaView `json:"metadata"`
	// Names in the order of their metadata.
	Names    []string `json:"names"`
	Comments []string `json:"comments"`
	Errors   []string `json:"errors"`
}

type seriesView struct {
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value,omitempty"`
	// Milliseconds since the epoch.
	Timestamp *int64         `json:"timestamp,omitempty"`
	Created   *int64         `json:"created,omitempty"`
	Exemplars []exemplarView `json:"exemplars,omitempty"`
	Histogram *histogramView `json:"histogram,omitempty"`
}

type exemplarView struct {
	Labels    map[string]string `json:"labels"`
	Value     string            `json:"value"`
	Timestamp *int64            `json:"timestamp,omitempty"`
}

type metaView struct {
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

// scrape walks the exposition as Prometheus' scrape loop does, with its checks of names and labels, and one more: a
// label set that comes twice is an error here, where the loop drops it with a log line.
func scrape(body []byte, o options) scraped {
	result := scraped{Series: []seriesView{}, Metadata: map[string]metaView{}, Names: []string{}, Comments: []string{}, Errors: []string{}}
	fail := func(format string, args ...any) { result.Errors = append(result.Errors, fmt.Sprintf(format, args...)) }
	parser, err := textparse.New(body, o.contentType, labels.NewSymbolTable(), textparse.ParserOptions{
		IgnoreNativeHistograms:                  !o.native,
		ConvertClassicHistogramsToNHCB:          o.nhcb,
		KeepClassicOnClassicAndNativeHistograms: o.classic,
		OpenMetricsSkipSTSeries:                 o.skipCreated,
	})
	if err != nil {
		fail("%v", err)
	}
	if parser == nil {
		return result
	}
	mediaType, _, _ := cutMediaType(o.contentType)
	readsCreated := o.skipCreated || mediaType == "application/vnd.google.protobuf"
	scheme := model.UTF8Validation
	if o.legacyNames {
		scheme = model.LegacyValidation
	}
	seen := map[string]bool{}
	describe := func(name []byte, change func(*metaView)) {
		meta, known := result.Metadata[string(name)]
		if !known {
			result.Names = append(result.Names, string(name))
		}
		change(&meta)
		result.Metadata[string(name)] = meta
	}
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return result
		}
		if err != nil {
			fail("%v", err)
			return result
		}
		switch entry {
		case textparse.EntryType:
			name, kind := parser.Type()
			describe(name, func(m *metaView) { m.Type = string(kind) })
		case textparse.EntryHelp:
			name, help := parser.Help()
			describe(name, func(m *metaView) { m.Help = string(help) })
		case textparse.EntryUnit:
			name, unit := parser.Unit()
			describe(name, func(m *metaView) { m.Unit = string(unit) })
		case textparse.EntryComment:
			result.Comments = append(result.Comments, string(parser.Comment()))
		case textparse.EntrySeries, textparse.EntryHistogram:
			series, set := readSeries(parser, entry, readsCreated)
			result.Series = append(result.Series, series)
			if !set.Has(model.MetricNameLabel) {
				fail("no metric name: %s", set)
			}
			if !set.IsValid(scheme) {
				fail("invalid metric name or label names: %s", set)
			}
			if name, twice := set.HasDuplicateLabelNames(); twice {
				fail("label name %q comes twice: %s", name, set)
			}
			// A histogram may be there both as itself and as classic series without a suffix of their own.
			key := fmt.Sprint(entry, set)
			if seen[key] {
				fail("label set comes twice: %s", set)
			}
			seen[key] = true
		}
	}
}

func readSeries(parser textparse.Parser, entry textparse.Entry, readsCreated bool) (seriesView, labels.Labels) {
	var series seriesView
	var at *int64
	if entry == textparse.EntryHistogram {
		var whole *histogram.Histogram
		var float *histogram.FloatHistogram
		_, at, whole, float = parser.Histogram()
		series.Histogram = viewHistogram(whole, float)
	} else {
		var value float64
		_, at, value = parser.Series()
		series.Value = number(value)
	}
	if at != nil {
		copied := *at
		series.Timestamp = &copied
	}
	var set labels.Labels
	parser.Labels(&set)
	set = set.Copy()
	series.Labels = set.Map()
	for {
		var found exemplar.Exemplar
		if !parser.Exemplar(&found) {
			break
		}
		view := exemplarView{Labels: found.Labels.Map(), Value: number(found.Value)}
		if found.HasTs {
			view.Timestamp = &found.Ts
		}
		series.Exemplars = append(series.Exemplars, view)
	}
	// Last, since OpenMetrics' parser reads ahead for it.
	if readsCreated {
		if created := parser.StartTimestamp(); created != 0 {
			series.Created = &created
		}
	}
	return series, set
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
		CustomValues:    float.CustomValues,
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
