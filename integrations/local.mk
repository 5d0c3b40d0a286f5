# What administrators install on the scheduler's side, made from what the checks say of themselves, by
# Jinja2 and PyYAML: few lines of template make readable files, and both are in every distribution.
# The tarball has the files, so that only a checkout needs them. Files that name the plugins' folder
# are made from their .in.
with_paths = \
	integrations/apparmor/ephemeral-ports \
	integrations/checkmk/mrpe.cfg \
	integrations/nrpe/ephemeral.cfg \
	integrations/prometheus/ephemeral-ports.service \
	integrations/sensu/ephemeral.yaml \
	integrations/telegraf/ephemeral.conf \
	integrations/zabbix/ephemeral.conf
from_templates = \
	integrations/icinga2/ephemeral.conf \
	integrations/icinga2/examples/services.conf \
	integrations/nagios/ephemeral.cfg \
	integrations/nagios/examples/services.cfg
in_from_templates = \
	integrations/apparmor/ephemeral-ports.in \
	integrations/checkmk/mrpe.cfg.in \
	integrations/nrpe/ephemeral.cfg.in \
	integrations/prometheus/ephemeral-ports.service.in \
	integrations/sensu/ephemeral.yaml.in \
	integrations/telegraf/ephemeral.conf.in \
	integrations/zabbix/ephemeral.conf.in
prometheus_rules = \
	integrations/prometheus/ephemeral-ports.rules.yml \
	integrations/prometheus/alertmanager-inhibition.yml
grafana_dashboards = \
	integrations/grafana/ephemeral-ports.json \
	integrations/grafana/ephemeral-ports-fleet.json
director_basket = integrations/icinga2/director-basket.json
zabbix_template = integrations/zabbix/template_ephemeral_ports.yaml
zabbix_fleet = integrations/zabbix/fleet_dashboard.json

nobase_pkgdata_DATA = $(with_paths)
nobase_dist_pkgdata_DATA = \
	integrations/README.md \
	integrations/apparmor/README.md \
	integrations/elsewhere/README.md \
	integrations/grafana/README.md \
	integrations/icinga2/README.md \
	integrations/nagios/README.md \
	integrations/nrpe/README.md \
	integrations/prometheus/README.md \
	integrations/prometheus/ephemeral-ports.timer \
	integrations/zabbix/README.md \
	$(from_templates) \
	$(director_basket) \
	$(grafana_dashboards) \
	$(prometheus_rules) \
	$(zabbix_template) \
	$(zabbix_fleet)

EXTRA_DIST += \
	$(in_from_templates) \
	$(from_templates:%=%.j2) \
	$(in_from_templates:%=%.j2) \
	integrations/declarations.py \
	integrations/generate.py \
	integrations/system_calls.py \
	integrations/grafana/make_dashboard.py \
	integrations/prometheus/make_rules.py \
	integrations/icinga2/make_basket.py \
	integrations/zabbix/make_fleet_dashboard.py \
	integrations/zabbix/make_template.py \
	integrations/zabbix/uuids.json \
	tests/apparmor.sh \
	tests/integrations.sh \
	tests/integrations.py \
	tests/service.sh \
	tests/service/check_service.py \
	tests/service/confinement.py \
	tests/service/seccomp.py \
	tests/service/unit.py \
	tests/schedulers
CLEANFILES += $(with_paths)

$(with_paths): %: %.in Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)sed 's|@libexecdir[@]|$(libexecdir)|g' $< > $@.new && mv $@.new $@

# Elsewhere these are the tarball's, and nothing could make them again.
if GENERATE_INTEGRATIONS
CLEANFILES += $(from_templates) $(in_from_templates) $(director_basket) \
	$(grafana_dashboards) $(prometheus_rules) $(zabbix_template) $(zabbix_fleet)

$(from_templates) $(in_from_templates): %: %.j2 $(declarations) integrations/generate.py \
		integrations/declarations.py integrations/system_calls.py
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(PYTHON) -B $(srcdir)/integrations/generate.py $< $(declarations) > $@.new && mv $@.new $@

integrations/apparmor/ephemeral-ports.in integrations/prometheus/ephemeral-ports.service.in: docs/security.md

$(director_basket): $(declarations) integrations/icinga2/make_basket.py integrations/declarations.py
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(PYTHON) -B $(srcdir)/integrations/icinga2/make_basket.py $(declarations) > $@.new && mv $@.new $@

integrations/prometheus/ephemeral-ports.rules.yml: rules_for = prometheus
integrations/prometheus/alertmanager-inhibition.yml: rules_for = alertmanager
$(prometheus_rules): $(declarations) integrations/prometheus/make_rules.py integrations/declarations.py
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(PYTHON) -B $(srcdir)/integrations/prometheus/make_rules.py $(rules_for) $(declarations) > $@.new && mv $@.new $@

integrations/grafana/ephemeral-ports.json: dashboard_of = host
integrations/grafana/ephemeral-ports-fleet.json: dashboard_of = fleet
$(grafana_dashboards): $(declarations) integrations/grafana/make_dashboard.py integrations/declarations.py
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(PYTHON) -B $(srcdir)/integrations/grafana/make_dashboard.py $(dashboard_of) $(declarations) > $@.new && mv $@.new $@

$(zabbix_template): $(declarations) integrations/zabbix/make_template.py integrations/zabbix/uuids.json integrations/declarations.py
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(PYTHON) -B $(srcdir)/integrations/zabbix/make_template.py $(declarations) > $@.new && mv $@.new $@

$(zabbix_fleet): $(declarations) integrations/zabbix/make_fleet_dashboard.py integrations/declarations.py
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(PYTHON) -B $(srcdir)/integrations/zabbix/make_fleet_dashboard.py $(declarations) > $@.new && mv $@.new $@
endif

if ENABLE_TESTS
TESTS += tests/apparmor.sh tests/integrations.sh tests/service.sh
endif

# In the real programs, which are installed where they are missing, and with the package that
# `make deb` builds. Needs root.
.PHONY: check-schedulers check-zabbix
check-schedulers:
	python3 -B $(srcdir)/tests/schedulers/check_schedulers.py $(srcdir)
check-zabbix:
	python3 -B $(srcdir)/tests/schedulers/check_zabbix.py $(srcdir)
