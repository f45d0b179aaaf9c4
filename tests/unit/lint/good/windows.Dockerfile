# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN powershell -Command `
    pip install tensorflow-cpu==2.17.1 `
    ; echo done
