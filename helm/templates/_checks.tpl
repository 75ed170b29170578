{{/* Values that contradict each other or can't work end the rendering with a sentence that names them. */}}
{{- define "apikeymanager.checks" -}}
{{- include "apikeymanager.checkDatabase" . -}}
{{- include "apikeymanager.checkSecrets" . -}}
{{- include "apikeymanager.checkEnvironment" . -}}
{{- include "apikeymanager.checkMigrations" . -}}
{{- include "apikeymanager.checkReplicas" . -}}
{{- include "apikeymanager.checkDisruption" . -}}
{{- include "apikeymanager.checkRoutes" . -}}
{{- include "apikeymanager.checkLogo" . -}}
{{- end -}}

{{- define "apikeymanager.checkDatabase" -}}
{{- $env := include "apikeymanager.env" . | fromJson -}}
{{- $given := ternary "" .Values.config.database_url (not (empty .Values.existingSecret)) -}}
{{- $url := get $env "APIKM_DATABASE_URL" | default $given | default "" | toString | lower -}}
{{- if hasPrefix "sqlite" $url -}}
{{- fail "config.database_url names an SQLite database, which is not supported. Set it to postgresql://user:password@host/database and bring the keys over with: node dist/import-keys.js --from sqlite:FILE (docs/moving-over.md has the Job)" -}}
{{- else if hasPrefix "pglite" $url -}}
{{- fail "config.database_url names the embedded database, which a pod would lose with its file system. Set it to postgresql://user:password@host/database." -}}
{{- end -}}
{{- end -}}

{{/* Each secret comes from one place. */}}
{{- define "apikeymanager.checkSecrets" -}}
{{- $env := include "apikeymanager.env" . | fromJson -}}
{{- $known := regexSplit "\\s+" (printf "%s %s" (include "apikeymanager.secretKeys" .) (include "apikeymanager.settings" .)) -1 -}}
{{- if .Values.existingSecret -}}
{{- range $key := splitList " " (include "apikeymanager.secretKeys" .) -}}
{{- if get $.Values.config $key -}}
{{- fail (printf "existingSecret and config.%s are both given. Leave config.%s empty, since the Secret has it, or leave existingSecret empty." $key $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $ref := .Values.secretRefs -}}
{{- if not (has $key $known) -}}
{{- fail (printf "secretRefs.%s is no setting of this chart: its names are those under config." $key) -}}
{{- end -}}
{{- if or (get $.Values.config $key) (hasKey $env (printf "APIKM_%s" (upper $key))) -}}
{{- fail (printf "secretRefs.%s is given, and the same setting by config or env, too. Leave one of them out." $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.checkEnvironment" -}}
{{- $env := include "apikeymanager.env" . | fromJson -}}
{{- $seen := ternary (deepCopy .Values.env) dict (kindIs "map" .Values.env) -}}
{{- range .Values.extraEnv -}}
{{- if hasKey $seen .name -}}
{{- fail (printf "extraEnv names %s, which is in env or extraEnv already. Leave one of them out." .name) -}}
{{- end -}}
{{- $_ := set $seen .name true -}}
{{- end -}}
{{- range $name, $port := dict "APIKM_PORT" "8000" "APIKM_METRICS_PORT" "9464" -}}
{{- if and (hasKey $env $name) (ne (include "apikeymanager.text" (get $env $name)) $port) -}}
{{- fail (printf "env sets %s, but probes and Services of this chart go to %s. Leave it out; service.port is what callers use." $name $port) -}}
{{- end -}}
{{- end -}}
{{- $least := add 10 (include "apikeymanager.drainSeconds" . | int) -}}
{{- if lt (include "apikeymanager.graceSeconds" . | int) (int $least) -}}
{{- fail (printf "terminationGracePeriodSeconds must be %d or more: config.drain_seconds, and ten for what is under way. Leave it null to have it follow." $least) -}}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.checkMigrations" -}}
{{- $env := include "apikeymanager.env" . | fromJson -}}
{{- $given := get $env "APIKM_MIGRATE_ON_START" | default .Values.config.migrate_on_start -}}
{{- if and ((.Values.migrations).job).enabled (has ($given | toString | lower) (list "true" "1" "yes" "on" "t" "y")) -}}
{{- fail "migrations.job.enabled and config.migrate_on_start are both on. Leave config.migrate_on_start null, so that the Job alone changes the schema." -}}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.checkReplicas" -}}
{{- with .Values.autoscaling -}}
{{- if .enabled -}}
{{- if gt (int $.Values.replicaCount) 1 -}}
{{- fail "autoscaling.enabled and replicaCount are both given. Leave replicaCount at 1 and say in autoscaling.minReplicas how many pods there are at least." -}}
{{- end -}}
{{- if lt (int .maxReplicas) (int .minReplicas) -}}
{{- fail "autoscaling.maxReplicas is less than autoscaling.minReplicas." -}}
{{- end -}}
{{- if not (or .targetCPUUtilizationPercentage .targetMemoryUtilizationPercentage .metrics) -}}
{{- fail "autoscaling.enabled needs something to go by: autoscaling.targetCPUUtilizationPercentage, targetMemoryUtilizationPercentage or metrics." -}}
{{- end -}}
{{- $requests := ($.Values.resources).requests | default dict -}}
{{- if and .targetCPUUtilizationPercentage (not $requests.cpu) -}}
{{- fail "autoscaling.targetCPUUtilizationPercentage is a share of resources.requests.cpu, which is not given." -}}
{{- end -}}
{{- if and .targetMemoryUtilizationPercentage (not $requests.memory) -}}
{{- fail "autoscaling.targetMemoryUtilizationPercentage is a share of resources.requests.memory, which is not given." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Kubernetes rounds percentages up. */}}
{{- define "apikeymanager.checkDisruption" -}}
{{- with .Values.podDisruptionBudget -}}
{{- if .enabled -}}
{{- $replicas := include "apikeymanager.leastReplicas" $ | int -}}
{{- if not (or (kindIs "invalid" .minAvailable) (kindIs "invalid" .maxUnavailable)) -}}
{{- fail "podDisruptionBudget.minAvailable and podDisruptionBudget.maxUnavailable are both given. Kubernetes takes one of them." -}}
{{- end -}}
{{- $stay := .minAvailable | toString -}}
{{- if hasSuffix "%" $stay -}}
{{- $stay = ceil (divf (mulf (trimSuffix "%" $stay | float64) $replicas) 100) -}}
{{- end -}}
{{- if and (not (kindIs "invalid" .minAvailable)) (ge (int $stay) $replicas) -}}
{{- fail (printf "podDisruptionBudget.minAvailable keeps all of %d pods, so that no node could ever be drained. Ask for fewer, or for more pods by replicaCount or autoscaling.minReplicas." $replicas) -}}
{{- end -}}
{{- if and (not (kindIs "invalid" .maxUnavailable)) (eq (int (trimSuffix "%" (.maxUnavailable | toString))) 0) -}}
{{- fail "podDisruptionBudget.maxUnavailable lets no pod go, so that no node could ever be drained. Set it to 1 or more." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.checkRoutes" -}}
{{- if .Values.ingress.enabled -}}
{{- if not .Values.ingress.hosts -}}
{{- fail "ingress.enabled needs a host: name it in ingress.hosts, such as [{host: keys.example.org, paths: [{path: /, pathType: Prefix}]}]." -}}
{{- end -}}
{{- range .Values.ingress.hosts -}}
{{- if not .host -}}
{{- fail "An entry of ingress.hosts has no host. Name the one by which browsers reach the service." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (.Values.httpRoute).enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled needs a gateway: name it in httpRoute.parentRefs, such as [{name: public, namespace: gateways}]." -}}
{{- end -}}
{{- end -}}

{{- define "apikeymanager.checkLogo" -}}
{{- with .Values.logo -}}
{{- if and .svg .existingConfigMap -}}
{{- fail "logo.svg and logo.existingConfigMap are both given. Leave one of them out." -}}
{{- end -}}
{{- if and (or .svg .existingConfigMap) $.Values.config.logo -}}
{{- fail "config.logo and logo are both given. Leave config.logo null: the chart sets it." -}}
{{- end -}}
{{- if and .existingConfigMap (not (regexMatch "(?i)\\.(svg|png|jpe?g|webp)$" (.key | toString))) -}}
{{- fail "logo.key must name a file of the ConfigMap that ends in svg, png, jpg or webp." -}}
{{- end -}}
{{- end -}}
{{- end -}}
