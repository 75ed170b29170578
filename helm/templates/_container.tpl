{{/* What the server's container and the Job's have alike. `root` is the chart, `secret` the Secret's name. */}}
{{- define "apikeymanager.environment" -}}
{{- $secret := .secret -}}
{{- with .root -}}
{{- $env := include "apikeymanager.env" . | fromJson -}}
{{- $config := .Values.config -}}
{{- $refs := .Values.secretRefs | default dict -}}
env:
  {{- if not (hasKey $env "APIKM_PUBLIC_URL") }}
  - name: APIKM_PUBLIC_URL
    value: {{ include "apikeymanager.publicUrl" . | quote }}
  {{- end }}
  {{- range $key := splitList " " (include "apikeymanager.secretKeys" .) }}
  {{- $name := printf "APIKM_%s" (upper $key) }}
  {{- if not (or (hasKey $env $name) (hasKey $refs $key)) }}
  - name: {{ $name }}
    valueFrom:
      secretKeyRef:
        name: {{ $secret }}
        key: {{ $key }}
  {{- end }}
  {{- end }}
  {{- range $key, $ref := $refs }}
  - name: {{ printf "APIKM_%s" (upper $key) }}
    valueFrom:
      secretKeyRef:
        {{- toYaml $ref | nindent 8 }}
  {{- end }}
  {{- if and (include "apikeymanager.services" .) (not (hasKey $env "APIKM_SERVICES")) }}
  - name: APIKM_SERVICES
    value: /etc/apikeymanager/services.yaml
  {{- end }}
  {{- $logo := include "apikeymanager.logo" . }}
  {{- if and $logo (not (hasKey $env "APIKM_LOGO")) }}
  - name: APIKM_LOGO
    value: {{ $logo | quote }}
  {{- end }}
  {{- if and ((.Values.migrations).job).enabled (kindIs "invalid" $config.migrate_on_start) (not (hasKey $env "APIKM_MIGRATE_ON_START")) }}
  - name: APIKM_MIGRATE_ON_START
    value: 'false'
  {{- end }}
  {{- range $key := regexSplit "\\s+" (include "apikeymanager.settings" .) -1 }}
  {{- $name := printf "APIKM_%s" (upper $key) }}
  {{- if not (or (hasKey $env $name) (hasKey $refs $key) (kindIs "invalid" (get $config $key)) (not (hasKey $config $key))) }}
  - name: {{ $name }}
    value: {{ include "apikeymanager.text" (get $config $key) | quote }}
  {{- end }}
  {{- end }}
  {{- range $name, $value := ternary .Values.env dict (kindIs "map" .Values.env) }}
  - name: {{ $name }}
    {{- if kindIs "map" $value }}
    {{- toYaml $value | nindent 4 }}
    {{- else }}
    value: {{ include "apikeymanager.text" $value | quote }}
    {{- end }}
  {{- end }}
  {{- range .Values.extraEnv }}
  - name: {{ .name }}
    {{- if hasKey . "value" }}
    value: {{ include "apikeymanager.text" .value | quote }}
    {{- else }}
    {{- omit . "name" | toYaml | nindent 4 }}
    {{- end }}
  {{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What every pod of the chart is held to. */}}
{{- define "apikeymanager.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- end -}}

{{- define "apikeymanager.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "apikeymanager.container" -}}
image: {{ include "apikeymanager.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
{{- end -}}

{{/* The six values as the Secret has them. */}}
{{- define "apikeymanager.secretData" -}}
{{- range $key := splitList " " (include "apikeymanager.secretKeys" .) }}
{{- $value := get $.Values.config $key | default "" | toString }}
{{- if eq $key "cookie_secret" }}{{ $value = include "apikeymanager.cookieSecret" $ }}{{ end }}
{{ $key }}: {{ $value | b64enc | quote }}
{{- end }}
{{- end -}}
