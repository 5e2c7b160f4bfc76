package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/scrape"
)

type scraped struct {
	Series []seriesView       `json:"series"`
	Report map[string]float64 `json:"report"`
	// Why the scrape failed, and what the loop warned of, such as samples that it dropped.
	Errors []string `json:"errors"`
}

// job is the name of the one job, and the value of its target's labels.
const job = "exporterkit.test/judge"

// scrapeOnce scrapes the target that is given, else one that answers with the body.
func scrapeOnce(body []byte, o options) (scraped, error) {
	if o.url != "" {
		return scrapeURL(o.url, o)
	}
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", o.contentType)
		answer.Write(body)
	}))
	defer server.Close()
	return scrapeURL(server.URL, o)
}

// scrapeURL lets Prometheus' own scrape manager scrape a target once, and tells what it would have stored.
func scrapeURL(address string, o options) (scraped, error) {
	target, err := url.Parse(address)
	if err != nil {
		return scraped{}, err
	}
	setup, err := configure(target, o)
	if err != nil {
		return scraped{}, err
	}
	stored := newStore()
	warnings := &warnings{texts: []string{}}
	manager, err := scrape.NewManager(&scrape.Options{
		AppendMetadata:           true,
		ParseST:                  o.skipCreated,
		EnableZstdScrape:         o.zstd,
		DiscoveryReloadOnStartup: true,
		// The only scrape is the one at the end, which waits for nothing.
		InitialScrapeOffset: time.Hour,
		ScrapeOnShutdown:    true,
	}, slog.New(warnings), nil, nil, stored, prometheus.NewRegistry())
	if err != nil {
		return scraped{}, err
	}
	if err := manager.ApplyConfig(setup); err != nil {
		return scraped{}, err
	}
	groups := make(chan map[string][]*targetgroup.Group, 1)
	groups <- map[string][]*targetgroup.Group{
		job: {{Targets: []model.LabelSet{{model.AddressLabel: model.LabelValue(target.Host)}}}},
	}
	go manager.Run(groups)
	active, err := awaitTarget(manager)
	if err != nil {
		return scraped{}, err
	}
	manager.Stop()
	result := scraped{Series: stored.series, Report: stored.report, Errors: warnings.texts}
	if err := active.LastError(); err != nil {
		result.Errors = append(result.Errors, err.Error())
	}
	return result, nil
}

// configure reads a configuration file as Prometheus does.
func configure(target *url.URL, o options) (*config.Config, error) {
	lines := []string{
		"global: { scrape_interval: 1h, scrape_timeout: 10s }",
		"scrape_configs:",
		fmt.Sprintf("- job_name: %q", job),
		fmt.Sprintf("  relabel_configs: [{ target_label: instance, replacement: %q }]", job),
		fmt.Sprintf("  metrics_path: %q", target.Path),
		// An exposition's own labels "job" and "instance" are kept.
		"  honor_labels: true",
		fmt.Sprintf("  scrape_native_histograms: %t", o.native),
		fmt.Sprintf("  always_scrape_classic_histograms: %t", o.classic),
		fmt.Sprintf("  convert_classic_histograms_to_nhcb: %t", o.nhcb),
	}
	if o.protocols != "" {
		lines = append(lines, fmt.Sprintf("  scrape_protocols: [%s]", o.protocols))
	}
	scheme := o.scheme
	if o.legacyNames {
		lines = append(lines, "  metric_name_validation_scheme: legacy")
		// The default does not go with that.
		scheme = cmp.Or(scheme, "underscores")
	}
	if scheme != "" {
		lines = append(lines, fmt.Sprintf("  metric_name_escaping_scheme: %s", scheme))
	}
	return config.Load(strings.Join(lines, "\n"), slog.New(slog.DiscardHandler))
}

func awaitTarget(manager *scrape.Manager) (*scrape.Target, error) {
	for range 10_000 {
		if targets := manager.TargetsActive()[job]; len(targets) > 0 {
			return targets[0], nil
		}
		time.Sleep(time.Millisecond)
	}
	return nil, errors.New("the scrape manager has no target after ten seconds")
}

// warnings keeps what is logged as a warning or worse.
type warnings struct {
	mutex sync.Mutex
	texts []string
}

func (w *warnings) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}

func (w *warnings) Handle(_ context.Context, record slog.Record) error {
	text := record.Message
	record.Attrs(func(attribute slog.Attr) bool {
		text += " " + attribute.String()
		return true
	})
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.texts = append(w.texts, text)
	return nil
}

func (w *warnings) WithAttrs([]slog.Attr) slog.Handler {
	return w
}

func (w *warnings) WithGroup(string) slog.Handler {
	return w
}
