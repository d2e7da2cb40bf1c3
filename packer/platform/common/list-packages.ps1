# Tells the bakery what is in a Windows image: a line for each program, feature and update, and one to say that the list is
# whole. A night that changed none of them need not be published. What is installed by other means is not in it: print such
# a line for it. A name is one word, so that it can be told from the version.
$ErrorActionPreference = 'Stop'

# Written past PowerShell's own output, which breaks lines at the width of a window that is not there.
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
function Write-Line([string] $text) { [Console]::Out.WriteLine($text) }
function Write-Package($name, $version) {
  Write-Line ('bakery-package: {0} {1}' -f ("$name".Trim() -replace '\s+', '-'), ("$version".Trim() -replace '\s+', '-'))
}

$windows = Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
# The cumulative updates: the last number grows with each.
Write-Package 'windows' "$($windows.EditionID)-$($windows.CurrentBuild).$($windows.UBR)"
Get-HotFix | ForEach-Object { Write-Package $_.HotFixID $_.Description }

# 64-bit and 32-bit programs. An installer that sets no name shows up in no list of Windows either.
'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*',
'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\*' |
  Where-Object { Test-Path $_ } |
  ForEach-Object { Get-ItemProperty $_ } |
  Where-Object { $_.PSObject.Properties['DisplayName'] -and $_.DisplayName } |
  ForEach-Object { Write-Package $_.DisplayName $_.PSObject.Properties['DisplayVersion'].Value }

Get-WindowsOptionalFeature -Online |
  Where-Object State -eq 'Enabled' |
  ForEach-Object { Write-Package "feature:$($_.FeatureName)" 'enabled' }
Get-AppxProvisionedPackage -Online | ForEach-Object { Write-Package "appx:$($_.DisplayName)" $_.Version }

Write-Line 'bakery-packages: whole'
