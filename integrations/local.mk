# What administrators install on the scheduler's side. Files that name the plugins' folder are made
# from their .in; the Icinga 2 commands from the options' declaration, like the manual pages.
with_paths = \
	integrations/nrpe/ephemeral.cfg \
	integrations/prometheus/ephemeral-ports.service \
	integrations/zabbix/ephemeral.conf

nobase_pkgdata_DATA = $(with_paths)
nobase_dist_pkgdata_DATA = \
	integrations/README.md \
	integrations/grafana/README.md \
	integrations/grafana/ephemeral-ports.json \
	integrations/icinga2/README.md \
	integrations/icinga2/ephemeral.conf \
	integrations/icinga2/examples/services.conf \
	integrations/nagios/README.md \
	integrations/nagios/ephemeral.cfg \
	integrations/nagios/examples/services.cfg \
	integrations/nrpe/README.md \
	integrations/prometheus/README.md \
	integrations/prometheus/ephemeral-ports.rules.yml \
	integrations/prometheus/ephemeral-ports.timer \
	integrations/zabbix/README.md \
	integrations/zabbix/template_ephemeral_ports.yaml

EXTRA_DIST += \
	$(with_paths:%=%.in) \
	integrations/icinga2/head.conf \
	integrations/prometheus/ephemeral-ports.rules.test.yml \
	tests/integrations.sh \
	tests/metric_names.py \
	tests/schedulers
CLEANFILES += $(with_paths) integrations/icinga2/ephemeral.conf

$(with_paths): %: %.in Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)sed 's|@libexecdir[@]|$(libexecdir)|g' $< > $@.new && mv $@.new $@

if !CROSS_COMPILING
integrations/icinga2/ephemeral.conf: integrations/icinga2/head.conf $(checks:%=man/generator/%)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)cat $< > $@.new && \
	for check in $(checks); do man/generator/$$check icinga2 >> $@.new || exit; done && mv $@.new $@
endif

if ENABLE_TESTS
TESTS += tests/integrations.sh
endif

# In the real programs, which are installed where they are missing, and with the package that
# `make deb` builds. Needs root.
.PHONY: check-schedulers check-zabbix
check-schedulers:
	python3 -B $(srcdir)/tests/schedulers/check_schedulers.py $(srcdir)
check-zabbix:
	python3 -B $(srcdir)/tests/schedulers/check_zabbix.py $(srcdir)
