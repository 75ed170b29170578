{{/* Names and labels: the predecessor's rules, so that an upgrade finds its own objects again. */}}
{{- define "apikeymanager.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "apikeymanager.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $composed := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $composed | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "apikeymanager.selectorLabels" -}}
app.kubernetes.io/name: {{ include "apikeymanager.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "apikeymanager.labels" -}}
{{ include "apikeymanager.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* The predecessor's image under whatever registry: it has neither our probes nor our settings. */}}
{{- define "apikeymanager.image" -}}
{{- if regexMatch "(^|/)apikey-manager([:@]|$)" (.Values.image.repository | toString) -}}
{{- fail (printf "image.repository names the predecessor's image (%s), which this chart can't run. Set image.repository to where the image built from this project's Dockerfile was pushed, and image.tag to its tag." .Values.image.repository) -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.secretName" -}}
{{ .Values.existingSecret | default (printf "%s-auth" .Release.Name) }}
{{- end -}}

{{/* The keys of the Secret, which are also names under config. */}}
{{- define "apikeymanager.secretKeys" -}}
database_url oidc_endpoint oidc_realm oidc_client_id oidc_client_secret cookie_secret
{{- end -}}

{{/* The other names under config that become settings; public_url has its own rule. */}}
{{- define "apikeymanager.settings" -}}
root_path database_direct_url cors_origins_regex cors_allow_methods trusted_proxies default_apikey_ttl_hour rate_limit rate_limit_counts
keycloak_sync_freq sync_max_staleness oauth2_attributes oidc_internal_endpoint oidc_redirect_path admin_role use_authlib_oauth
show_technical_endpoints debug legacy_key_format key_prefix key_headers key_queries keys_in_url max_apikey_ttl_hour never_expires
max_keys_per_user create_rate services_only verify_fresh verify_stale fast_lane usage_flush_ms usage_retention_days unused_disable_days docs_client_id drain_seconds workers database_pool database_read_url migrate_on_start import_on_start import_timezone redis_url redis_sentinel_user redis_sentinel_password
log_level log_format name logo accent swagger_description contact_name contact_url contact_email openapi_url
{{- end -}}

{{/* What the operator gives by the variable's name, of env and extraEnv, as JSON; older charts had a list in env, which had no effect. */}}
{{- define "apikeymanager.env" -}}
{{- $env := dict -}}
{{- range .Values.extraEnv -}}
{{- $_ := set $env .name (ternary .value (omit . "name") (hasKey . "value")) -}}
{{- end -}}
{{- merge (ternary (deepCopy .Values.env) dict (kindIs "map" .Values.env)) $env | toJson -}}
{{- end -}}

{{/* A value as the text of a variable: YAML numbers arrive as floats, and 1000000 must not become 1e+06. */}}
{{- define "apikeymanager.text" -}}
{{- if kindIs "slice" . -}}{{ join "," . }}
{{- else if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}
{{- else -}}{{ . }}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.publicUrl" -}}
{{- $config := .Values.config -}}
{{- $env := include "apikeymanager.env" . | fromJson -}}
{{- if kindIs "string" $env.APIKM_PUBLIC_URL -}}
{{- $env.APIKM_PUBLIC_URL -}}
{{- else if hasKey $env "APIKM_PUBLIC_URL" -}}
{{- print "the address in APIKM_PUBLIC_URL" -}}
{{- else if $config.public_url -}}
{{- $config.public_url -}}
{{- else if and .Values.ingress.enabled .Values.ingress.hosts (index .Values.ingress.hosts 0).host -}}
{{- $scheme := ternary "https" "http" (not (empty .Values.ingress.tls)) -}}
{{- printf "%s://%s%s" $scheme (index .Values.ingress.hosts 0).host ($config.root_path | default "" | trimSuffix "/") -}}
{{- else -}}
{{- fail "Set config.public_url to the URL by which browsers reach the service, such as https://keys.example.org, or enable ingress and name a host in ingress.hosts." -}}
{{- end -}}
{{- end -}}

{{/* Says "weak" for a comma list with an entry under 32 characters. */}}
{{- define "apikeymanager.strength" -}}
{{- range splitList "," . -}}
{{- if lt (len (trim .)) 32 -}}weak{{- end -}}
{{- end -}}
{{- end -}}

{{/* The given secret, else the one that the release has already (unless the predecessor's was too short), else a new one. */}}
{{- define "apikeymanager.cookieSecret" -}}
{{- $given := .Values.config.cookie_secret | default "" | toString -}}
{{- $present := (lookup "v1" "Secret" .Release.Namespace (include "apikeymanager.secretName" .)).data | default dict -}}
{{- $kept := get $present "cookie_secret" | b64dec -}}
{{- if $given -}}
{{- if include "apikeymanager.strength" $given -}}
{{- fail "config.cookie_secret must have 32 characters or more (each one of a comma list), such as the output of: openssl rand -hex 32. Leave it empty to have one generated and kept." -}}
{{- end -}}
{{- $given -}}
{{- else if not (include "apikeymanager.strength" $kept) -}}
{{- $kept -}}
{{- else -}}
{{- randAlphaNum 48 -}}
{{- end -}}
{{- end -}}

{{/* The file of the service catalogue; empty: there is none. */}}
{{- define "apikeymanager.services" -}}
{{- if not (kindIs "invalid" .Values.services) -}}
{{- if not (kindIs "slice" .Values.services) -}}
{{- fail "services must be a list, as under `services` in docs/services.md, such as: services: [{audience: maps, title: Maps}]" -}}
{{- end -}}
{{- dict "services" .Values.services | toYaml -}}
{{- else if and (eq (.Values.config.services_only | toString | lower) "true") (not (hasKey (include "apikeymanager.env" . | fromJson) "APIKM_SERVICES")) -}}
{{- fail "config.services_only needs a catalogue: name the services in services, which may be an empty list." -}}
{{- end -}}
{{- end -}}

{{/* Where the operator's picture lies in the container; empty: there is none. */}}
{{- define "apikeymanager.logo" -}}
{{- with .Values.logo -}}
{{- if or .svg .existingConfigMap -}}
/etc/apikeymanager-logo/{{ ternary "logo.svg" .key (not (empty .svg)) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.logoConfigMap" -}}
{{ (.Values.logo).existingConfigMap | default (printf "%s-logo" (include "apikeymanager.fullname" .)) }}
{{- end -}}

{{- define "apikeymanager.serviceAccountName" -}}
{{- if (.Values.serviceAccount).create -}}
{{ (.Values.serviceAccount).name | default (include "apikeymanager.fullname" .) }}
{{- else -}}
{{ (.Values.serviceAccount).name | default "default" }}
{{- end -}}
{{- end -}}

{{/* The fewest and the most pods. */}}
{{- define "apikeymanager.leastReplicas" -}}
{{ int (ternary (.Values.autoscaling).minReplicas .Values.replicaCount (not (empty (.Values.autoscaling).enabled))) }}
{{- end -}}
{{- define "apikeymanager.mostReplicas" -}}
{{ int (ternary (.Values.autoscaling).maxReplicas .Values.replicaCount (not (empty (.Values.autoscaling).enabled))) }}
{{- end -}}

{{- define "apikeymanager.drainSeconds" -}}
{{- $given := (include "apikeymanager.env" . | fromJson).APIKM_DRAIN_SECONDS -}}
{{- $given = ternary .Values.config.drain_seconds $given (or (kindIs "invalid" $given) (kindIs "map" $given)) -}}
{{ ternary 5 (int $given) (empty ($given | toString | trim | replace "<nil>" "")) }}
{{- end -}}

{{/* Draining, the requests under way, and the last counts: then Kubernetes may lose patience. */}}
{{- define "apikeymanager.graceSeconds" -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds -}}
{{ add 25 (include "apikeymanager.drainSeconds" . | int) }}
{{- else -}}
{{ int .Values.terminationGracePeriodSeconds }}
{{- end -}}
{{- end -}}

{{/* Of zones and nodes none has two pods more than another, as far as there is room; those that go with an update don't count. */}}
{{- define "apikeymanager.topologySpreadConstraints" -}}
{{- $labels := dict "matchLabels" (include "apikeymanager.selectorLabels" . | fromYaml) -}}
{{- $constraints := .Values.topologySpreadConstraints -}}
{{- if and (kindIs "invalid" $constraints) (gt (include "apikeymanager.mostReplicas" . | int) 1) -}}
{{- $constraints = list -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" -}}
{{- $one := dict "maxSkew" 1 "topologyKey" . "whenUnsatisfiable" "ScheduleAnyway" "matchLabelKeys" (list "pod-template-hash") -}}
{{- $constraints = append $constraints $one -}}
{{- end -}}
{{- end -}}
{{- $complete := list -}}
{{- range $constraints -}}
{{- $complete = append $complete (ternary . (merge (dict "labelSelector" $labels) .) (hasKey . "labelSelector")) -}}
{{- end -}}
{{- with $complete }}{{ toYaml . }}{{ end -}}
{{- end -}}
